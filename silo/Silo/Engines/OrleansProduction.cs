using Orleans.Configuration;
using Orleans.Hybrid.AppDoor;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace Orleans.Hybrid.Silo.Engines;

/// <summary>How several silos on one PostgreSQL form a cluster: all settings of that are here; docs/operating.md explains them.</summary>
internal static class OrleansProduction
{
    public static void JoinOthers(this ISiloBuilder silo, string database, SiloAddress self) => silo
        .Configure<ClusterOptions>(
            cluster => (cluster.ClusterId, cluster.ServiceId) = (TrustedCluster.Name, TrustedCluster.Name))
        .ConfigureEndpoints(self.Host, self.SiloPort, self.GatewayPort, listenOnAnyHostAddress: false)
        .UseAdoNetClustering(clustering =>
        {
            clustering.Invariant = "Npgsql";
            clustering.ConnectionString = database;
        })
        .Configure<ClusterMembershipOptions>(FindTheDeadSoon)
        .UseSiloMetadata([]);

    // One vote is enough: with two silos there is nobody else to ask, and what a wrong verdict costs is one restart.
    private static void FindTheDeadSoon(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = TimeSpan.FromSeconds(2);
        membership.NumMissedProbesLimit = 2;
        membership.NumVotesForDeathDeclaration = 1;
        membership.IAmAliveTablePublishTimeout = TrustedCluster.SignOfLife;
    }
}
