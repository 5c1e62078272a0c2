using Orleans.Concurrency;
using OrleansHybrid.Abstractions.Apps;

namespace OrleansHybrid.Grains.Apps;

/// <summary>Passes an app's calls about a cluster to <see cref="IAppApi"/>, on the silo where they arrive.</summary>
[StatelessWorker, Reentrant]
[GrainType("appcluster")]
internal sealed class AppClusterGrain(IAppApi api) : Grain, IClusterGrain
{
    public Task<AppResult<ClusterDetails>> Read(string token) => api.ReadClusterAsync(token, this.GetPrimaryKeyString());
}
