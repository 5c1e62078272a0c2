using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.RunnerDoor;

namespace OrleansHybrid.Grains.Runners;

/// <summary>What a session's grain hands its calls on to: the same that serves the runner protocol over HTTP. It never throws.</summary>
public interface IRunnerApi
{
    /// <summary>True when the credential is that of this session.</summary>
    Task<bool> OwnsAsync(string credential, string sessionId);

    /// <summary>Begins a session.</summary>
    Task<RunnerReply<EnrolAnswer>> EnrolAsync(string clusterToken, EnrolRequest request);

    /// <summary>Waits for work and orders, for a while.</summary>
    Task<RunnerReply<ClaimAnswer>> ClaimAsync(string credential, ClaimRequest request, CancellationToken cancellationToken);

    /// <summary>Renews leases.</summary>
    Task<RunnerReply<HeartbeatAnswer>> HeartbeatAsync(string credential, HeartbeatRequest request);

    /// <summary>Hands leases back.</summary>
    Task<RunnerReply<ReportAnswer>> ReleaseAsync(string credential, ReleaseRequest request);

    /// <summary>Adds to logs.</summary>
    Task<RunnerReply<ReportAnswer>> LogAsync(string credential, LogRequest request);

    /// <summary>Reads from a leased task's zip.</summary>
    Task<RunnerReply<ZipAnswer>> ZipAsync(string credential, ZipRequest request);

    /// <summary>Reports results.</summary>
    Task<RunnerReply<ReportAnswer>> FinishAsync(string credential, FinishRequest request);
}
