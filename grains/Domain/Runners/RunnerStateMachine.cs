using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Domain.Runners;

/// <summary>The transitions of a runner's session.</summary>
public static class RunnerStateMachine
{
    /// <summary>A runner that does not respond for this long counts as lost until it responds again.</summary>
    public static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(60);

    /// <summary>After this much silence a session is over.</summary>
    public static readonly TimeSpan SessionTimeout = TimeSpan.FromMinutes(5);

    /// <summary>It is to claim no more, and to end once it has finished what it has.</summary>
    public static Transition<RunnerSession> Drain(RunnerSession session) => session.Phase switch
    {
        RunnerPhase.Active => Transition.To(session with { Phase = RunnerPhase.Draining }),
        RunnerPhase.Draining => Transition.Stay(session),
        RunnerPhase.Ended => Transition.Reject(session, ErrorKind.Stale, $"runner session {session.Id} has ended"),
        _ => throw new InvalidOperationException($"runner phase {session.Phase}"),
    };

    /// <summary>It is to claim nothing until it is resumed, and to keep what it has.</summary>
    public static Transition<RunnerSession> Pause(RunnerSession session) => SetPaused(session, paused: true);

    /// <summary>It may claim again.</summary>
    public static Transition<RunnerSession> Resume(RunnerSession session) => SetPaused(session, paused: false);

    /// <summary>Ends it: it left, its successor took over, or it stopped responding.</summary>
    public static Transition<RunnerSession> End(RunnerSession session) => session.Phase == RunnerPhase.Ended
        ? Transition.Stay(session)
        : Transition.To(session with { Phase = RunnerPhase.Ended });

    private static Transition<RunnerSession> SetPaused(RunnerSession session, bool paused) => session.Phase switch
    {
        RunnerPhase.Active => session.Paused == paused ? Transition.Stay(session) : Transition.To(session with { Paused = paused }),
        RunnerPhase.Draining => Transition.Reject(
            session, ErrorKind.Stale, $"runner session {session.Id} is draining: it claims no more, and ends"),
        RunnerPhase.Ended => Transition.Reject(session, ErrorKind.Stale, $"runner session {session.Id} has ended"),
        _ => throw new InvalidOperationException($"runner phase {session.Phase}"),
    };
}
