using OrleansHybrid.Domain.Steps;

namespace OrleansHybrid.Domain.Runners;

/// <summary>What may happen to a runner's session.</summary>
public static class RunnerMachine
{
    /// <summary>After this much silence a runner counts as lost until it is heard of again.</summary>
    public static readonly TimeSpan Lost = TimeSpan.FromSeconds(60);

    /// <summary>After this much silence a session is over.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMinutes(5);

    /// <summary>It is to claim no more, and to end once it has finished what it has.</summary>
    public static Step<RunnerSession> Drain(RunnerSession session) => session.Phase switch
    {
        RunnerPhase.Active => Step.To(session with { Phase = RunnerPhase.Draining }),
        RunnerPhase.Draining => Step.Stay(session),
        RunnerPhase.Ended => Step.Refuse(session, RefusalKind.Stale, $"runner session {session.Id} has ended"),
        _ => throw new InvalidOperationException($"runner phase {session.Phase}"),
    };

    /// <summary>It is to claim nothing until it is resumed, and to keep what it has.</summary>
    public static Step<RunnerSession> Pause(RunnerSession session) => Hold(session, paused: true);

    /// <summary>It may claim again.</summary>
    public static Step<RunnerSession> Resume(RunnerSession session) => Hold(session, paused: false);

    /// <summary>It is over: it left, its next life took over, or it fell silent.</summary>
    public static Step<RunnerSession> End(RunnerSession session) => session.Phase == RunnerPhase.Ended
        ? Step.Stay(session)
        : Step.To(session with { Phase = RunnerPhase.Ended });

    private static Step<RunnerSession> Hold(RunnerSession session, bool paused) => session.Phase switch
    {
        RunnerPhase.Active => session.Paused == paused ? Step.Stay(session) : Step.To(session with { Paused = paused }),
        RunnerPhase.Draining => Step.Refuse(
            session, RefusalKind.Stale, $"runner session {session.Id} is draining: it claims no more, and ends"),
        RunnerPhase.Ended => Step.Refuse(session, RefusalKind.Stale, $"runner session {session.Id} has ended"),
        _ => throw new InvalidOperationException($"runner phase {session.Phase}"),
    };
}
