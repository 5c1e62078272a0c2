namespace Orleans.Hybrid.AppDoor;

/// <summary>How silos and grain clients on one database know that they belong together.</summary>
public static class TrustedCluster
{
    /// <summary>The name of the cluster, and of the service.</summary>
    public const string Name = "orleans-hybrid";

    /// <summary>How often each of its silos says in the database that it lives; a few times without, and it may be taken for dead.</summary>
    public static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(5);
}
