using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using Wire = OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Silo.Http.Iron;

/// <content>Clusters.</content>
internal static partial class IronMapping
{
    private const long MostBytes = 1L << 50;
    private const long LeastMemory = 6L << 20;
    private const long LeastDisk = 1L << 20;
    private const int MostTimeoutSeconds = 31 * 86_400;

    /// <summary>A cluster to be made; 0 is absence for each of its numbers.</summary>
    public static ClusterSettings ReadCluster(JsonFields body, string id, string userId, DateTimeOffset now)
    {
        var given = ReadClusterChange(body);
        return new ClusterSettings
        {
            Id = id,
            UserId = userId,
            Name = given.Name ?? body.Text("cluster", LongestName) ?? throw RefusedException.Missing("name"),
            Memory = given.Memory ?? ClusterSettings.DefaultMemory,
            DiskSpace = given.DiskSpace ?? ClusterSettings.DefaultDisk,
            CpuShare = given.CpuShare ?? 0,
            MaxTimeoutSeconds = given.MaxTimeoutSeconds ?? TaskSpec.DefaultTimeoutSeconds,
            CreatedAt = now,
        };
    }

    /// <summary>What is to be changed of a cluster; 0 is absence, but for the share of the processors.</summary>
    public static ClusterChange ReadClusterChange(JsonFields body) => body.Has("autoscale")
        ? throw new RefusedException("autoscale is not there: this control plane starts no machines; leave it out")
        : new ClusterChange
        {
            Name = body.Text("name", LongestName),
            Memory = Bytes(body, "memory", LeastMemory),
            DiskSpace = Bytes(body, "disk_space", LeastDisk) ?? Bytes(body, "disk", LeastDisk),
            CpuShare = (int?)body.Whole("cpu_share", 0, int.MaxValue),
            MaxTimeoutSeconds = (int?)Given(body, "max_timeout", MostTimeoutSeconds),
        };

    /// <summary>A token without its secret.</summary>
    public static Wire.ClusterTokenInfo Show(ClusterToken token) => new()
    {
        Id = token.Id,
        ClusterId = token.ClusterId,
        CreatedAt = token.CreatedAt,
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

    /// <summary>A cluster with its runners, the labels that they lack, and some whom it is shared with.</summary>
    public static Wire.ClusterInfo Show(
        ClusterSettings cluster,
        IReadOnlyList<(RunnerSession Session, int Leases)> sessions,
        LabelSet missing,
        IEnumerable<ClusterShare> shares) => Show(cluster) with
        {
            RunnersTotal = sessions.Sum(runner => runner.Session.Slots),
            RunnersAvailable = sessions.Sum(runner => Free(runner.Session, runner.Leases)),
            Machines = [.. sessions.Select(runner => Machine(runner.Session, runner.Leases))],
            MixedKeys = RunnerSession.HaveMixedKeys(sessions.Select(runner => runner.Session)) ? true : null,
            MissingLabels = Show(missing),
            SharedTo = [.. shares.Select(share => Show(cluster, share))],
        };

    /// <summary>A cluster's figures.</summary>
    public static Wire.ClusterStats ShowStats(
        IReadOnlyList<(RunnerSession Session, int Leases)> sessions, int queued, double average) => new()
        {
            RunnersTotal = sessions.Sum(runner => runner.Session.Slots),
            RunnersAvailable = sessions.Sum(runner => Free(runner.Session, runner.Leases)),
            Queued = queued,
            Ewma = (long)Math.Round(average),
            EwmaBeta = QueueAverage.Beta,
            Instances = [.. sessions.Select(runner => Instance(runner.Session, runner.Leases))],
        };

    private static Wire.ClusterShare Show(ClusterSettings cluster, ClusterShare share) => new()
    {
        UserId = share.UserId,
        ClusterId = cluster.Id,
        UpdatedAt = share.UpdatedAt,
        Name = share.Name,
        Email = share.Email ?? "",
    };

    private static Wire.ClusterMachine Machine(RunnerSession session, int leases) => new()
    {
        InstanceId = session.Id,
        Name = session.Name,
        Version = session.Version,
        RunnersTotal = session.Slots,
        RunnersAvailable = Free(session, leases),
        KeyIds = session.KeyIds.Count > 0 ? session.KeyIds : null,
        Labels = Show(session.Labels),
        Paused = session.Paused ? true : null,
        Lost = session.Lost ? true : null,
        UpdatedAt = session.SeenAt,
    };

    private static Wire.ClusterMachine Instance(RunnerSession session, int leases) => Machine(session, leases) with
    {
        Type = session.Phase == RunnerPhase.Active ? "LIVE" : "KILL",
        SlotsUsed = leases,
        CreatedAt = session.CreatedAt,
    };

    private static int Free(RunnerSession session, int leases) =>
        session is { MayClaim: true, Lost: false } ? Math.Max(0, session.Slots - leases) : 0;

    private static long? Bytes(JsonFields body, string name, long least) =>
        Given(body, name, MostBytes) is not { } bytes ? null
        : bytes >= least ? bytes
        : throw new RefusedException($"{name} must be at least {least}: it is a number of bytes");

    private static long? Given(JsonFields body, string name, long most) =>
        body.Whole(name, 0, most) is { } number and > 0 ? number : null;
}
