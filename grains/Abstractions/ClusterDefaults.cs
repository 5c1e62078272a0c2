namespace OrleansHybrid.Abstractions;

/// <summary>The names that silos and clients at their gateways share, for ever: the stored state of grains hangs on them.</summary>
public static class ClusterDefaults
{
    /// <summary>The name of the cluster, and of the service.</summary>
    public const string Name = "orleans-hybrid";

    /// <summary>How often each of its silos says in the database that it lives; a few times without, and it may be taken for dead.</summary>
    public static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(5);
}
