using Orleans.Configuration;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Clustering;

/// <summary>How several silos on one PostgreSQL form a cluster: all settings of that are here; docs/how-to/several-silos.md explains them.</summary>
internal static class OrleansClusteringExtensions
{
    public static void UsePostgresClustering(this ISiloBuilder silo, string database, SiloEndpoint self) => silo
        .Configure<ClusterOptions>(
            cluster => (cluster.ClusterId, cluster.ServiceId) = (ClusterDefaults.Name, ClusterDefaults.Name))
        .ConfigureEndpoints(self.Host, self.SiloPort, self.GatewayPort, listenOnAnyHostAddress: false)
        .UseAdoNetClustering(clustering =>
        {
            clustering.Invariant = "Npgsql";
            clustering.ConnectionString = database;
        })
        .Configure<ClusterMembershipOptions>(ConfigureFailureDetection);

    // One vote is enough: with two silos there is no third one to ask, and a wrong vote costs one restart. The first timeout is also
    // the longest: by default it grows to four times that, and dead silos would be asked for their view.
    private static void ConfigureFailureDetection(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(2);
        membership.MaxProbeTimeout = TimeSpan.FromSeconds(2);
        membership.EnableIndirectProbes = false;
        membership.NumMissedProbesLimit = 2;
        membership.NumVotesForDeathDeclaration = 1;
        membership.IAmAliveTablePublishTimeout = ClusterDefaults.HeartbeatInterval;
    }
}
