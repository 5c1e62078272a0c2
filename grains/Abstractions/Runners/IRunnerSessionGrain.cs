namespace OrleansHybrid.Abstractions.Runners;

/// <summary>
/// The runner protocol for runners that reach the control plane through a gateway: the same requests, answers and credentials as over
/// HTTP. Keyed by session id; who has no session yet enrols at any key.
/// </summary>
[Alias("OrleansHybrid.IRunnerSessionGrain")]
public interface IRunnerSessionGrain : IGrainWithStringKey
{
    /// <summary>Begins a session.</summary>
    [Alias("Enrol")]
    Task<RunnerReply<EnrolResponse>> Enrol(string clusterToken, EnrolRequest request);

    /// <summary>Waits for work; answered, empty, well before a grain call's time is over. Cancellations go to the observer meanwhile.</summary>
    [Alias("Claim")]
    Task<RunnerReply<ClaimResponse>> Claim(string credential, ClaimRequest request, IRunnerObserver observer, CancellationToken cancellationToken);

    /// <summary>Renews leases.</summary>
    [Alias("Heartbeat")]
    Task<RunnerReply<HeartbeatResponse>> Heartbeat(string credential, HeartbeatRequest request);

    /// <summary>Hands leases back.</summary>
    [Alias("Release")]
    Task<RunnerReply<AcknowledgeResponse>> Release(string credential, ReleaseRequest request);

    /// <summary>Adds to logs.</summary>
    [Alias("Log")]
    Task<RunnerReply<AcknowledgeResponse>> Log(string credential, LogUploadRequest request);

    /// <summary>Reads from a leased task's zip.</summary>
    [Alias("Zip")]
    Task<RunnerReply<ZipResponse>> Zip(string credential, ZipRequest request);

    /// <summary>Reports results.</summary>
    [Alias("Finish")]
    Task<RunnerReply<AcknowledgeResponse>> Finish(string credential, FinishRequest request);
}
