using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Executors;

namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>The control plane through one of its gateways, by calls to the grain of this runner's session.</summary>
internal sealed class GrainControlPlaneClient : ControlPlaneClientBase, IAsyncDisposable
{
    private readonly GatewayConnection _gateway;
    private readonly CancelObserver _cancels;
    private IRunnerObserver? _observer;

    // Any key will do until there is a session.
    private volatile string _session = Guid.NewGuid().ToString("N");

    public GrainControlPlaneClient(GatewayConnection gateway, ExecutorSessions executors, TimeProvider time)
        : base(time)
    {
        this._gateway = gateway;
        _cancels = new CancelObserver(executors);
    }

    public override async Task<EnrolResponse> EnrolAsync(
        string clusterToken, EnrolRequest request, CancellationToken cancellationToken)
    {
        var answer = await base.EnrolAsync(clusterToken, request, cancellationToken);
        _session = answer.SessionId;
        return answer;
    }

    public ValueTask DisposeAsync() => _gateway.DisposeAsync();

    protected override async Task<ControlPlaneReply<TResponse>> ExchangeAsync<TRequest, TResponse>(
        ProtocolCall<TRequest, TResponse> call, string credential, TRequest request, CancellationToken cancellationToken)
    {
        try
        {
            var grains = _gateway.Grains;
            _observer ??= grains.CreateObjectReference<IRunnerObserver>(_cancels);
            var way = new GatewayCallContext(grains.GetGrain<IRunnerSessionGrain>(_session), _observer, cancellationToken);
            var reply = await call.ThroughGateway(way, credential, request).WaitAsync(cancellationToken);
            var wait = reply.RetryAfterSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
            return new ControlPlaneReply<TResponse>(reply.Status, reply.Value, reply.Message, wait);
        }
        catch (Exception ex) when (ex is OrleansException or TimeoutException)
        {
            throw new ControlPlaneException($"{call.Operation}: {ex.Message}", ControlPlaneErrorKind.Transient, ex);
        }
        catch (ArgumentException ex)
        {
            // No silo behind the gateways hosts such a grain.
            throw new ControlPlaneException($"{call.Operation}: no silo of the control plane is behind the gateways", ControlPlaneErrorKind.Transient, ex);
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
