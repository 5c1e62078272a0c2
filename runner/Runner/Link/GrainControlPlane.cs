using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.RunnerDoor;

namespace OrleansHybrid.Runner.Link;

/// <summary>The control plane through one of its gateways, by calls to the grain of this runner's session.</summary>
internal sealed class GrainControlPlane : WireControlPlane, IAsyncDisposable
{
    private readonly GatewayConnection gateway;
    private readonly CancelObserver cancels;
    private IRunnerObserver? observer;

    // Any key will do until there is a session.
    private volatile string session = Guid.NewGuid().ToString("N");

    public GrainControlPlane(GatewayConnection gateway, ExecutorSessions executors, TimeProvider time)
        : base(time)
    {
        this.gateway = gateway;
        cancels = new CancelObserver(executors);
    }

    public override async Task<EnrolAnswer> EnrolAsync(
        string clusterToken, EnrolRequest request, CancellationToken cancel)
    {
        var answer = await base.EnrolAsync(clusterToken, request, cancel);
        session = answer.SessionId;
        return answer;
    }

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    protected override async Task<WireReply<TAnswer>> ExchangeAsync<TRequest, TAnswer>(
        Call<TRequest, TAnswer> call, string credential, TRequest request, CancellationToken cancel)
    {
        try
        {
            var grains = gateway.Grains;
            observer ??= grains.CreateObjectReference<IRunnerObserver>(cancels);
            var way = new GatewayWay(grains.GetGrain<IRunnerSessionGrain>(session), observer, cancel);
            var reply = await call.ThroughGateway(way, credential, request).WaitAsync(cancel);
            var wait = reply.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
            return new WireReply<TAnswer>(reply.Status, reply.Value, reply.Message, wait);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            throw new ControlPlaneException($"{call.Verb}: {e.Message}", LinkTrouble.Passing, e);
        }
        catch (ArgumentException e)
        {
            // Nobody behind the gateways hosts such a grain.
            throw new ControlPlaneException($"{call.Verb}: no silo of the control plane is behind the gateways", LinkTrouble.Passing, e);
        }
    }

    /// <summary>Held here, since Orleans keeps no observer alive.</summary>
    private sealed class CancelObserver(ExecutorSessions executors) : IRunnerObserver
    {
        public Task Cancel(LeaseRef lease)
        {
            executors.Cancel(lease);
            return Task.CompletedTask;
        }
    }
}
