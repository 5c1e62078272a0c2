using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Tasks;

/// <summary>
/// How the tasks of a list are found: an index per kind of filter, with one range for each phase, and the leases for running tasks.
/// Ids sort by the time of queueing, so that times and pages are bounds of ids.
/// </summary>
internal sealed record TaskListing(TaskFilter Filter, int Page, int PerPage)
{
    // Behind every id.
    private const string Last = "g";

    private static readonly TaskPhase[] Open = [TaskPhase.Queued, TaskPhase.Preparing, TaskPhase.Running];

    /// <summary>By which index: a label's, that of lanes, or the project's.</summary>
    public ListAxis Axis => Filter is { Label: not null, ProjectId: not null } ? ListAxis.Label
        : Filter.CodeName is not null || Filter.ClusterId is not null ? ListAxis.Lane
        : ListAxis.Project;

    /// <summary>Phases as they stand in the index, where everything that is not final has the first.</summary>
    public int[] IndexedPhases => IsAny
        ? [.. Enum.GetValues<TaskPhase>().Where(phase => phase == TaskPhase.Queued || phase.IsFinal()).Select(phase => (int)phase)]
        : [.. Filter.Phases.Where(phase => phase == TaskPhase.Queued || phase.IsFinal()).Select(phase => (int)phase).Distinct()];

    /// <summary>Of the tasks that are not final, only those without a lease.</summary>
    public bool Waiting => !IsAny && !Open.All(Filter.Phases.Contains);

    /// <summary>Bits of the phases to be found by their leases.</summary>
    public int Leased => Waiting
        ? Filter.Phases.Where(phase => phase is TaskPhase.Preparing or TaskPhase.Running).Distinct().Sum(phase => 1 << (int)phase)
        : 0;

    /// <summary>The lowest id.</summary>
    public string From => Filter.From is { } from ? TaskId.FirstAt(from).Value : "";

    /// <summary>The first id too high.</summary>
    public string Before
    {
        get
        {
            var end = Filter.To is { } to ? TaskId.FirstAt(to.AddMilliseconds(1)).Value : Last;
            return Filter.Before is { } before && string.CompareOrdinal(before.Value, end) < 0 ? before.Value : end;
        }
    }

    /// <summary>How many come before the page.</summary>
    public int Skip => Page * PerPage;

    /// <summary>How many rows of each range have to be read.</summary>
    public int ReadLimit => Skip + PerPage;

    private bool IsAny => Filter.Phases.Count == 0;
}

/// <summary>The indexes from which tasks can be listed.</summary>
internal enum ListAxis
{
    /// <summary>By project.</summary>
    Project,

    /// <summary>By lane: of a code, a cluster, or both.</summary>
    Lane,

    /// <summary>By project and label.</summary>
    Label,
}
