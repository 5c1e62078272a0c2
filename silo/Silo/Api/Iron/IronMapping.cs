using System.Text;
using System.Text.Unicode;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Tasks;
using Wire = OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Maps the types of the Iron API to domain values and back; the only place that does.</summary>
internal static partial class IronMapping
{
    /// <summary>The longest name, label, image or command.</summary>
    public const int MaxNameLength = 512;

    /// <summary>A project.</summary>
    public static Wire.ProjectInfo ToContract(Project project) => new()
    {
        Id = project.Id,
        Name = project.Name,
        DefaultCluster = project.DefaultClusterId,
    };

    /// <summary>A status: never one that some published client does not know and would stop at.</summary>
    public static string ToContract(TaskPhase phase) => phase == TaskPhase.Preparing ? Name(TaskPhase.Queued) : Name(phase);

    /// <summary>The phases that a name stands for in filters: a status stands for all that are shown as it, a phase for itself.</summary>
    public static IEnumerable<TaskPhase> Phases(string name) =>
        Enum.GetValues<TaskPhase>().Where(phase => ToContract(phase) == name || Name(phase) == name);

    /// <summary>A phase's name, which says more than the status.</summary>
    public static string Name(TaskPhase phase) => phase switch
    {
        TaskPhase.Queued => "queued",
        TaskPhase.Preparing => "preparing",
        TaskPhase.Running => "running",
        TaskPhase.Complete => "complete",
        TaskPhase.Error => "error",
        TaskPhase.Cancelled => "cancelled",
        TaskPhase.Timeout => "timeout",
        _ => throw new InvalidOperationException($"task phase {phase}"),
    };

    private static int PriorityOf(double? asked, int defaultValue) =>
        asked is 0 or 1 or 2 ? (int)asked.Value : defaultValue;

    // Bytes that are no UTF-8 came in as Latin-1, and go out so.
    private static string TextOf(byte[] bytes) =>
        Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : Encoding.Latin1.GetString(bytes);

    private static string TextOf(byte[]? bytes, string defaultValue) => bytes is null ? defaultValue : TextOf(bytes);
}
