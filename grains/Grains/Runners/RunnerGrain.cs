using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Grains.Clusters;

namespace OrleansHybrid.Grains.Runners;

/// <summary>Carries commands to a session's row, and then to the cluster where its poll is parked.</summary>
[GrainType("runner")]
internal sealed class RunnerGrain(IRunnerStore runners, IGrainFactory grains) : Grain, IRunnerGrain
{
    public Task<RunnerCommandResult> Drain() => ChangePhase(RunnerStateMachine.Drain);

    public Task<RunnerCommandResult> End() => ChangePhase(RunnerStateMachine.End);

    public Task<RunnerCommandResult> Pause() => SetPaused(RunnerStateMachine.Pause);

    public Task<RunnerCommandResult> Resume() => SetPaused(RunnerStateMachine.Resume);

    private Task<RunnerCommandResult> ChangePhase(Func<RunnerSession, Transition<RunnerSession>> decide) => Change(
        decide,
        (before, after) => runners.SetPhaseAsync(after.Id, before.Phase, after.Phase, CancellationToken.None),
        (session, cluster) => session.Phase == RunnerPhase.Ended ? cluster.End(session.Id) : cluster.Drain(session.Id));

    private Task<RunnerCommandResult> SetPaused(Func<RunnerSession, Transition<RunnerSession>> decide) => Change(
        decide,
        (_, after) => runners.SetPausedAsync(after.Id, after.Paused, CancellationToken.None),
        (session, cluster) => session.Paused ? cluster.Pause(session.Id) : cluster.Resume(session.Id));

    private async Task<RunnerCommandResult> Change(
        Func<RunnerSession, Transition<RunnerSession>> decide,
        Func<RunnerSession, RunnerSession, Task<bool>> write,
        Func<RunnerSession, IClusterDispatchGrain, Task> notify)
    {
        DeactivateOnIdle();
        while (await runners.FindAsync(this.GetPrimaryKeyString(), CancellationToken.None) is { } session)
        {
            var step = decide(session);
            if (step.Error is { } rejection)
            {
                return new RunnerCommandResult { Problem = rejection.Message };
            }

            if (step.Unchanged || await write(session, step.State))
            {
                // Notified even if the row did not change: an earlier notification may be lost.
                await notify(step.State, grains.GetGrain<IClusterDispatchGrain>(session.ClusterId));
                return new RunnerCommandResult();
            }
        }

        return new RunnerCommandResult { Problem = $"there is no runner session {this.GetPrimaryKeyString()}" };
    }
}
