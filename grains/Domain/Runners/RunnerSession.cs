using OrleansHybrid.Domain.Labels;

namespace OrleansHybrid.Domain.Runners;

/// <summary>One run of a runner process: starts when it enrols, ends when it leaves, hands over or stops responding.</summary>
public sealed record RunnerSession
{
    /// <summary>The id: new at each process start.</summary>
    public required string Id { get; init; }

    /// <summary>The cluster that it works for.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The cluster's token that it was enrolled with; when that is revoked, the session is over.</summary>
    public required string TokenId { get; init; }

    /// <summary>SHA-256 of its credential.</summary>
    public required byte[] CredentialHash { get; init; }

    /// <summary>Whether it may claim, may only finish, or is over.</summary>
    public RunnerPhase Phase { get; init; } = RunnerPhase.Active;

    /// <summary>True while paused: it finishes its tasks and claims no others. Its next session starts paused, too.</summary>
    public bool Paused { get; init; }

    /// <summary>True when it may be given tasks.</summary>
    public bool MayClaim => Phase == RunnerPhase.Active && !Paused;

    /// <summary>A name for people.</summary>
    public required string Name { get; init; }

    /// <summary>The runner's product version.</summary>
    public required string Version { get; init; }

    /// <summary>How many tasks it executes at the same time.</summary>
    public required int Slots { get; init; }

    /// <summary>Its executor, as text.</summary>
    public required string Executor { get; init; }

    /// <summary>Ids of the keys with which it opens payloads, sorted; empty when it has none, or did not say.</summary>
    public IReadOnlyList<string> KeyIds { get; init; } = [];

    /// <summary>The labels that tasks may require of it.</summary>
    public LabelSet Labels { get; init; } = LabelSet.None;

    /// <summary>When it enrolled.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Its last activity.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>True when it had not responded for longer than <see cref="RunnerStateMachine.LostAfter"/> when it was listed.</summary>
    public bool Lost { get; init; }

    /// <summary>True when it is there, and about to stay.</summary>
    private bool IsAvailable => Phase == RunnerPhase.Active && !Lost;

    /// <summary>The labels that tasks can hope for; what is lost or drains does not count.</summary>
    public static IReadOnlyList<LabelSet> AvailableLabels(IEnumerable<RunnerSession> sessions) =>
        [.. sessions.Where(session => session.IsAvailable).Select(session => session.Labels).Distinct()];

    /// <summary>
    /// True when not all have the same keys: which of them can open a payload is then random. Lost or draining ones don't count.
    /// </summary>
    public static bool HaveMixedKeys(IEnumerable<RunnerSession> sessions) => sessions
        .Where(session => session.IsAvailable)
        .Select(session => string.Join(' ', session.KeyIds))
        .Distinct(StringComparer.Ordinal)
        .Skip(1)
        .Any();
}

/// <summary>The phases of a session. The numbers are stored.</summary>
public enum RunnerPhase
{
    /// <summary>Claims and works.</summary>
    Active = 0,

    /// <summary>Claims no more; finishes what it has.</summary>
    Draining = 1,

    /// <summary>Over: its credential opens nothing.</summary>
    Ended = 2,
}
