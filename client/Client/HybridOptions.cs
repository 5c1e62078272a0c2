using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Client;

/// <summary>The options of a client, whichever way it reaches the control plane.</summary>
public abstract record HybridOptions
{
    /// <summary>
    /// The project that tasks and code packages belong to, 24 hex digits; calls about clusters need none.
    /// </summary>
    public string ProjectId { get; init; } = "";

    /// <summary>
    /// When set, every payload is sealed with it before it leaves this process, also an empty one. The caller disposes
    /// the key, after the client.
    /// </summary>
    public EncryptionKey? EncryptionKey { get; init; }

    /// <summary>
    /// The form in which a hex key seals. An envelope holds the cluster's id and how often the payload may start: where a task does not say
    /// these, the control plane is asked for them, and believed.
    /// </summary>
    public SealMode SealMode { get; init; }

    /// <summary>The maximum number of attempts of a call while the server returns 503 or can't be connected to; at least 1.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>
    /// How long <see cref="IHybridTasks.WaitAsync"/>, <see cref="IHybridTasks.FollowLogAsync"/> and what else follows a task bear a
    /// server that does not answer.
    /// </summary>
    public TimeSpan OutageTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The clock that pauses are measured on.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
