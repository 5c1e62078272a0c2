using OrleansHybrid.Abstractions.Runners;


namespace OrleansHybrid.Grains.Runners;

/// <summary>The silo's services behind a session's grain: the same that serve the runner protocol over HTTP. It never throws.</summary>
public interface IRunnerApi
{
    /// <summary>True when the credential is that of this session.</summary>
    Task<bool> OwnsAsync(string credential, string sessionId);

    /// <summary>Begins a session.</summary>
    Task<RunnerReply<EnrolResponse>> EnrolAsync(string clusterToken, EnrolRequest request);

    /// <summary>Waits for work and commands, for a while.</summary>
    Task<RunnerReply<ClaimResponse>> ClaimAsync(string credential, ClaimRequest request, CancellationToken cancellationToken);

    /// <summary>Renews leases.</summary>
    Task<RunnerReply<HeartbeatResponse>> HeartbeatAsync(string credential, HeartbeatRequest request);

    /// <summary>Releases leases.</summary>
    Task<RunnerReply<AcknowledgeResponse>> ReleaseAsync(string credential, ReleaseRequest request);

    /// <summary>Adds to logs.</summary>
    Task<RunnerReply<AcknowledgeResponse>> LogAsync(string credential, LogUploadRequest request);

    /// <summary>Reads from a leased task's zip.</summary>
    Task<RunnerReply<ZipResponse>> ZipAsync(string credential, ZipRequest request);

    /// <summary>Reports results.</summary>
    Task<RunnerReply<AcknowledgeResponse>> FinishAsync(string credential, FinishRequest request);
}
