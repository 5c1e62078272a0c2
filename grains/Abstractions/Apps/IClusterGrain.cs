using Orleans.Metadata;

namespace OrleansHybrid.Abstractions.Apps;

/// <summary>
/// A cluster for apps inside the control plane's network; it can only be read. Keyed by cluster id, 24 hex digits; each call carries a user
/// token, which may see the cluster or not, as over HTTPS.
/// </summary>
[Alias("hybrid.cluster"), DefaultGrainType("appcluster")]
public interface IClusterGrain : IGrainWithStringKey
{
    /// <summary>The cluster with its connected runners and their free slots.</summary>
    [Alias("read")]
    Task<AppResult<ClusterDetails>> Read(string token);
}
