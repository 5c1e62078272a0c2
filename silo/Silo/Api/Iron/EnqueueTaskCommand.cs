using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>One entry of a queue request: names not yet looked up, numbers not yet measured against limits.</summary>
internal sealed record EnqueueTaskCommand
{
    /// <summary>Where in the request it stands, before the names of its fields: for messages.</summary>
    public required string FieldPrefix { get; init; }

    /// <summary>The code's name.</summary>
    public required string CodeName { get; init; }

    /// <summary>The payload as sent.</summary>
    public required byte[] Payload { get; init; }

    /// <summary>As asked for, whatever that is; null when nothing was.</summary>
    public double? Priority { get; init; }

    /// <summary>Seconds as asked for; null when nothing was.</summary>
    public double? Timeout { get; init; }

    /// <summary>How long it is held back, in seconds.</summary>
    public int DelaySeconds { get; init; }

    /// <summary>Cluster id or name; null for the project's default.</summary>
    public string? Cluster { get; init; }

    /// <summary>By what it is found again; mostly nothing.</summary>
    public IReadOnlyList<DeduplicationKey> Keys { get; init; } = [];

    /// <summary>The label.</summary>
    public string Label { get; init; } = "";

    /// <summary>What it is about, for people.</summary>
    public string Title { get; init; } = "";

    /// <summary>The labels that it requires of a runner by itself.</summary>
    public LabelSet RequiredLabels { get; init; } = LabelSet.None;
}
