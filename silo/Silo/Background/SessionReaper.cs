using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Background;

/// <summary>
/// Notes which runners were heard of, many in one write, and ends the sessions of those that were not for long.
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
