using Orleans.Hybrid.Domain.Clusters;
using Orleans.Hybrid.Domain.Runners;
using Orleans.Hybrid.Domain.Tasks;
using Wire = Orleans.Hybrid.Contracts.Iron;

namespace Orleans.Hybrid.Silo.Http.Iron;

/// <content>Clusters.</content>
internal static partial class IronMapping
{
    private const long MostBytes = 1L << 50;
    private const int MostTimeoutSeconds = 31 * 86_400;

    /// <summary>A cluster to be made; 0 is absence for each of its numbers.</summary>
    public static ClusterSettings ReadCluster(JsonFields body, string id, string userId, DateTimeOffset now) => new()
    {
        Id = id,
        UserId = userId,
        Name = body.Text("name", LongestName)
            ?? body.Text("cluster", LongestName)
            ?? throw RefusedException.Missing("name"),
        Memory = Given(body, "memory", MostBytes) ?? ClusterSettings.DefaultMemory,
        DiskSpace = Given(body, "disk_space", MostBytes)
            ?? Given(body, "disk", MostBytes)
            ?? ClusterSettings.DefaultDisk,
        CpuShare = (int)(Given(body, "cpu_share", int.MaxValue) ?? 0),
        MaxTimeoutSeconds = (int)(Given(body, "max_timeout", MostTimeoutSeconds) ?? TaskSpec.DefaultTimeoutSeconds),
        CreatedAt = now,
    };

    /// <summary>A cluster as lists show it.</summary>
    public static Wire.ClusterInfo Show(ClusterSettings cluster) => new()
    {
        Id = cluster.Id,
        Name = cluster.Name,
        UserId = cluster.UserId,
        Memory = cluster.Memory,
        DiskSpace = cluster.DiskSpace,
        CpuShare = cluster.CpuShare,
        MaxTimeout = cluster.MaxTimeoutSeconds,
    };

    /// <summary>A cluster with its runners.</summary>
    public static Wire.ClusterInfo Show(
        ClusterSettings cluster, IReadOnlyList<(RunnerSession Session, int Leases)> sessions) => Show(cluster) with
        {
            RunnersTotal = sessions.Sum(runner => runner.Session.Slots),
            RunnersAvailable = sessions.Sum(runner => Free(runner.Session, runner.Leases)),
            Machines = [.. sessions.Select(runner => Machine(runner.Session, runner.Leases))],
            SharedTo = [],
        };

    /// <summary>A cluster's figures.</summary>
    public static Wire.ClusterStats ShowStats(
        IReadOnlyList<(RunnerSession Session, int Leases)> sessions, int queued) => new()
        {
            RunnersTotal = sessions.Sum(runner => runner.Session.Slots),
            RunnersAvailable = sessions.Sum(runner => Free(runner.Session, runner.Leases)),
            Queued = queued,
            Instances = [.. sessions.Select(runner => Instance(runner.Session, runner.Leases))],
        };

    private static Wire.ClusterMachine Machine(RunnerSession session, int leases) => new()
    {
        InstanceId = session.Id,
        Version = session.Version,
        RunnersTotal = session.Slots,
        RunnersAvailable = Free(session, leases),
    };

    private static Wire.ClusterMachine Instance(RunnerSession session, int leases) => Machine(session, leases) with
    {
        Type = session.Phase == RunnerPhase.Active ? "LIVE" : "KILL",
        CreatedAt = session.CreatedAt,
        UpdatedAt = session.SeenAt,
    };

    private static int Free(RunnerSession session, int leases) =>
        session.Phase == RunnerPhase.Active ? Math.Max(0, session.Slots - leases) : 0;

    private static long? Given(JsonFields body, string name, long most) =>
        body.Whole(name, 0, most) is { } number and > 0 ? number : null;
}
