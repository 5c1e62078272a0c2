using Orleans.Concurrency;
using Orleans.Hybrid.Domain.Runners;
using Orleans.Hybrid.RunnerDoor;

namespace Orleans.Hybrid.Grains.Runners;

/// <summary>
/// Lets a runner's calls through to the desk, and orders through to the runner. A poll is held here for long, so that calls must
/// not wait for each other.
/// </summary>
[Reentrant]
internal sealed class SessionGrain(IRunnerDesk desk, IGrainFactory grains) : Grain, ISessionOrders
{
    private bool _isSilo;

    public Task<(int Status, byte[] Body)> Call(
        string verb, string credential, byte[] request, CancellationToken cancel)
    {
        // Runners that speak over HTTP never come here.
        _isSilo = true;
        return desk.AnswerAsync(verb, credential, request, cancel);
    }

    public Task Stop(LeaseFence lease)
    {
        if (_isSilo)
        {
            var key = ExecutionKey.Of(lease.SessionId, lease.Task.Value);
            return grains.GetGrain<IExecutionGrain>(key).Cancel(lease.Attempt, lease.Token);
        }

        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
