using OrleansHybrid.Contracts.Runners;

namespace OrleansHybrid.RunnerDoor;

/// <summary>
/// The runner protocol for runners that reach the control plane through a gateway: the same requests, answers and credentials as over
/// HTTP. Keyed by session id; who has no session yet enrols at any key.
/// </summary>
[Alias("OrleansHybrid.IRunnerSessionGrain")]
public interface IRunnerSessionGrain : IGrainWithStringKey
{
    /// <summary>Begins a session.</summary>
    [Alias("Enrol")]
    Task<RunnerReply<EnrolAnswer>> Enrol(string clusterToken, EnrolRequest request);

    /// <summary>Waits for work; answered, empty, well before a grain call's time is over. Cancellations go to the observer meanwhile.</summary>
    [Alias("Claim")]
    Task<RunnerReply<ClaimAnswer>> Claim(string credential, ClaimRequest request, IRunnerObserver observer, CancellationToken cancellationToken);

    /// <summary>Renews leases.</summary>
    [Alias("Heartbeat")]
    Task<RunnerReply<HeartbeatAnswer>> Heartbeat(string credential, HeartbeatRequest request);

    /// <summary>Hands leases back.</summary>
    [Alias("Release")]
    Task<RunnerReply<ReportAnswer>> Release(string credential, ReleaseRequest request);

    /// <summary>Adds to logs.</summary>
    [Alias("Log")]
    Task<RunnerReply<ReportAnswer>> Log(string credential, LogRequest request);

    /// <summary>Reads from a leased task's zip.</summary>
    [Alias("Zip")]
    Task<RunnerReply<ZipAnswer>> Zip(string credential, ZipRequest request);

    /// <summary>Reports results.</summary>
    [Alias("Finish")]
    Task<RunnerReply<ReportAnswer>> Finish(string credential, FinishRequest request);
}
