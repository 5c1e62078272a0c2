using Orleans.Concurrency;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Grains.Runners;

/// <summary>
/// Lets the calls of a runner that came through a gateway through to the protocol, and cancellations through to that runner. A poll is
/// held here for long, so that calls must not wait for each other.
/// </summary>
[Reentrant]
[GrainType("runnersession")]
internal sealed class RunnerSessionGrain(IRunnerApi api) : Grain, IRunnerSessionGrain, ISessionCommands
{
    private IRunnerObserver? _observer;

    public Task<RunnerReply<EnrolResponse>> Enrol(string clusterToken, EnrolRequest request) => api.EnrolAsync(clusterToken, request);

    public async Task<RunnerReply<ClaimResponse>> Claim(
        string credential, ClaimRequest request, IRunnerObserver observer, CancellationToken cancellationToken)
    {
        // Only the session's owner learns of its leases.
        if (await api.OwnsAsync(credential, this.GetPrimaryKeyString()))
        {
            _observer = observer;
        }

        return await api.ClaimAsync(credential, request, cancellationToken);
    }

    public Task<RunnerReply<HeartbeatResponse>> Heartbeat(string credential, HeartbeatRequest request) => api.HeartbeatAsync(credential, request);

    public Task<RunnerReply<AcknowledgeResponse>> Release(string credential, ReleaseRequest request) => api.ReleaseAsync(credential, request);

    public Task<RunnerReply<AcknowledgeResponse>> Log(string credential, LogUploadRequest request) => api.LogAsync(credential, request);

    public Task<RunnerReply<ZipResponse>> Zip(string credential, ZipRequest request) => api.ZipAsync(credential, request);

    public Task<RunnerReply<AcknowledgeResponse>> Finish(string credential, FinishRequest request) => api.FinishAsync(credential, request);

    public Task Stop(LeaseFence lease)
    {
        if (_observer is { } runner)
        {
            return runner.Cancel(new LeaseRef { TaskId = lease.Task.Value, Attempt = lease.Attempt, Token = lease.Token });
        }

        // Runners that use HTTP never call this grain.
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
