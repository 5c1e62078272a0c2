using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Grains.Clusters;

namespace OrleansHybrid.Grains.Runners;

/// <summary>Carries orders to a session's row, and then to the cluster where its poll is parked.</summary>
internal sealed class RunnerGrain(IRunnerStore runners, IGrainFactory grains) : Grain, IRunnerGrain
{
    public Task<RunnerAnswer> Drain() => ChangePhase(RunnerMachine.Drain);

    public Task<RunnerAnswer> End() => ChangePhase(RunnerMachine.End);

    public Task<RunnerAnswer> Pause() => Hold(RunnerMachine.Pause);

    public Task<RunnerAnswer> Resume() => Hold(RunnerMachine.Resume);

    private Task<RunnerAnswer> ChangePhase(Func<RunnerSession, Step<RunnerSession>> decide) => Change(
        decide,
        (before, after) => runners.SetPhaseAsync(after.Id, before.Phase, after.Phase, CancellationToken.None),
        (session, cluster) => session.Phase == RunnerPhase.Ended ? cluster.End(session.Id) : cluster.Drain(session.Id));

    private Task<RunnerAnswer> Hold(Func<RunnerSession, Step<RunnerSession>> decide) => Change(
        decide,
        (_, after) => runners.SetPausedAsync(after.Id, after.Paused, CancellationToken.None),
        (session, cluster) => session.Paused ? cluster.Pause(session.Id) : cluster.Resume(session.Id));

    private async Task<RunnerAnswer> Change(
        Func<RunnerSession, Step<RunnerSession>> decide,
        Func<RunnerSession, RunnerSession, Task<bool>> write,
        Func<RunnerSession, IClusterGrain, Task> tell)
    {
        DeactivateOnIdle();
        while (await runners.FindAsync(this.GetPrimaryKeyString(), CancellationToken.None) is { } session)
        {
            var step = decide(session);
            if (step.Refusal is { } refusal)
            {
                return new RunnerAnswer(refusal.Message);
            }

            if (step.Unchanged || await write(session, step.State))
            {
                // The row now stops new leases, or lets them through. What was so already is told again: it may have been lost.
                await tell(step.State, grains.GetGrain<IClusterGrain>(session.ClusterId));
                return new RunnerAnswer(null);
            }
        }

        return new RunnerAnswer($"there is no runner session {this.GetPrimaryKeyString()}");
    }
}
