using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Labels;

namespace OrleansHybrid.Domain.Tasks;

/// <summary>The settings of a code and a cluster for their tasks, as they are when one is queued.</summary>
public sealed record TaskDefaults
{
    /// <summary>The code package.</summary>
    public required string CodeId { get; init; }

    /// <summary>Its current revision.</summary>
    public required int CodeRev { get; init; }

    /// <summary>The priority of tasks that name none.</summary>
    public required int DefaultPriority { get; init; }

    /// <summary>The longest that a task may run, in seconds.</summary>
    public required int MaxTimeoutSeconds { get; init; }

    /// <summary>How many automatic retries may follow an error.</summary>
    public required int Retries { get; init; }

    /// <summary>How long an automatic retry waits, in seconds.</summary>
    public required int RetriesDelaySeconds { get; init; }

    /// <summary>How long a confirmed lease holds without renewal, in seconds.</summary>
    public required int LeaseSeconds { get; init; }

    /// <summary>After how many lost leases a task ends in error.</summary>
    public required int MaxLosses { get; init; }

    /// <summary>The labels that a runner must have to be given its tasks.</summary>
    public LabelSet RequiredLabels { get; init; } = LabelSet.None;

    /// <summary>The terms of a code's current revision on a cluster.</summary>
    public static TaskDefaults Of(CodePackage code, ClusterSettings cluster) => new()
    {
        CodeId = code.Id,
        CodeRev = code.Current.Rev,
        DefaultPriority = code.Current.DefaultPriority,
        MaxTimeoutSeconds = cluster.MaxTimeoutSeconds,
        Retries = code.Current.Retries,
        RetriesDelaySeconds = code.Current.RetriesDelaySeconds,
        LeaseSeconds = code.Current.LeaseSeconds,
        MaxLosses = code.Current.MaxLosses,
        RequiredLabels = code.Current.RequiredLabels,
    };

    /// <summary>A task on these terms, with the priority and the seconds that were asked for, if any.</summary>
    public TaskSpec CreateSpec(string projectId, string clusterId, string codeName, double? priority, double? timeout) => new()
    {
        ProjectId = projectId,
        ClusterId = clusterId,
        CodeId = CodeId,
        CodeRev = CodeRev,
        CodeName = codeName,
        Priority = priority is 0 or 1 or 2 ? (int)priority.Value : DefaultPriority,
        TimeoutSeconds = timeout is { } asked and > 0
            ? (int)Math.Min(Math.Ceiling(asked), MaxTimeoutSeconds)
            : MaxTimeoutSeconds,
        Retries = Retries,
        RetriesDelaySeconds = RetriesDelaySeconds,
        LeaseSeconds = LeaseSeconds,
        MaxLosses = MaxLosses,
        RequiredLabels = RequiredLabels,
    };
}
