using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Background;

/// <summary>
/// Saves the last activity of runners, many in one write, and ends the sessions of those without any for long.
/// </summary>
internal sealed class SessionReaper(
    IRunnerStore runners, SessionActivityTracker activity, TimeProvider time, ILogger<SessionReaper> log)
    : PeriodicBackgroundService("Session reaper", TimeSpan.FromSeconds(10), time, log)
{
    protected override async Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken)
    {
        await runners.TouchSessionsAsync(activity.TakeAll(), RunnerStateMachine.SessionTimeout, cancellationToken);
        return null;
    }
}
