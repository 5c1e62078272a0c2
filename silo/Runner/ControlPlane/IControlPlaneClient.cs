using OrleansHybrid.Abstractions.Runners;


namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>
/// The seven calls of the runner protocol. Each takes the credential it speaks with, and throws
/// <see cref="ControlPlaneException"/> when there is no answer to work with.
/// </summary>
internal interface IControlPlaneClient
{
    Task<EnrolResponse> EnrolAsync(string clusterToken, EnrolRequest request, CancellationToken cancellationToken);

    /// <summary>A long poll: <paramref name="pollTimeout"/> is how long the control plane may hold it.</summary>
    Task<ClaimResponse> ClaimAsync(
        string credential, ClaimRequest request, TimeSpan pollTimeout, CancellationToken cancellationToken);

    /// <summary>Goes its own way to the control plane, so that a heap of logs can't hold a renewal up.</summary>
    Task<HeartbeatResponse> HeartbeatAsync(
        string credential, HeartbeatRequest request, TimeSpan timeout, CancellationToken cancellationToken);

    Task ReleaseAsync(string credential, ReleaseRequest request, CancellationToken cancellationToken);

    /// <summary>One status per piece, in the order of the request.</summary>
    Task<IReadOnlyList<string>> LogAsync(string credential, LogUploadRequest request, CancellationToken cancellationToken);

    /// <summary>At least one byte of the zip of a task that is leased.</summary>
    Task<byte[]> ZipAsync(string credential, ZipRequest request, CancellationToken cancellationToken);

    /// <summary>One status per result, in the order of the request.</summary>
    Task<IReadOnlyList<string>> FinishAsync(string credential, FinishRequest request, CancellationToken cancellationToken);
}
