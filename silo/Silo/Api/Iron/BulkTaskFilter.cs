using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>A request for all tasks that fit a filter; the filter is null when nothing can.</summary>
internal sealed record BulkTaskFilter(TaskFilter? Filter, string? Cluster, bool DryRun)
{
    private static readonly string[] Names = [.. Enum.GetValues<TaskPhase>().Select(IronMapping.Name)];

    /// <summary>Reads the body; a filter that names nothing is rejected, since it would mean everything.</summary>
    public static BulkTaskFilter Read(IronJsonReader body, string projectId)
    {
        var filter = new TaskFilter
        {
            ProjectId = projectId,
            CodeName = body.Text("code_name", IronMapping.MaxNameLength),
            Label = body.Text("label", IronMapping.MaxNameLength),
            From = body.Time("from_time"),
            To = body.Time("to_time"),
            Phases = [.. (body.Strings("status", Names.Length) ?? []).SelectMany(Phases).Distinct()],
        };
        var cluster = body.Text("cluster", IronMapping.MaxNameLength);
        return cluster is null && filter is { CodeName: null, Label: null, From: null, To: null, Phases: [] }
            ? throw new ApiException("name at least one of code_name, label, cluster, status, from_time and to_time")
            : new BulkTaskFilter(filter, cluster, body.Flag("dry_run"));
    }

    private static IEnumerable<TaskPhase> Phases(string name) => Names.Contains(name)
        ? IronMapping.Phases(name)
        : throw new ApiException($"status must be of {string.Join(", ", Names)}");
}
