using Orleans.Hybrid.Domain.Runners;
using Orleans.Hybrid.Domain.Steps;
using Orleans.Hybrid.Grains.Clusters;

namespace Orleans.Hybrid.Grains.Runners;

/// <summary>Carries orders to a session's row, and then to the cluster where its poll is parked.</summary>
internal sealed class RunnerGrain(IRunnerStore runners, IGrainFactory grains) : Grain, IRunnerGrain
{
    public Task<RunnerAnswer> Drain() => Change(RunnerMachine.Drain);

    public Task<RunnerAnswer> End() => Change(RunnerMachine.End);

    private async Task<RunnerAnswer> Change(Func<RunnerSession, Step<RunnerSession>> decide)
    {
        DeactivateOnIdle();
        while (await runners.FindAsync(this.GetPrimaryKeyString(), CancellationToken.None) is { } session)
        {
            var step = decide(session);
            if (step.Unchanged)
            {
                return new RunnerAnswer(step.Refusal?.Message);
            }

            if (await runners.SetPhaseAsync(session.Id, session.Phase, step.State.Phase, CancellationToken.None))
            {
                // The row now stops new leases; taking the poll out ends the one that may be under way.
                var cluster = grains.GetGrain<IClusterGrain>(session.ClusterId);
                await (step.State.Phase == RunnerPhase.Ended ? cluster.End(session.Id) : cluster.Drain(session.Id));
                return new RunnerAnswer(null);
            }
        }

        return new RunnerAnswer($"there is no runner session {this.GetPrimaryKeyString()}");
    }
}
