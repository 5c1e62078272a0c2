using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using Wire = OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Silo.Api.Iron;

/// <content>Clusters.</content>
internal static partial class IronMapping
{
    private const long MaxBytes = 1L << 50;
    private const long MinMemory = 6L << 20;
    private const long MinDisk = 1L << 20;
    private const int MaxTimeoutSeconds = 31 * 86_400;

    /// <summary>A cluster to be made; 0 is absence for each of its numbers.</summary>
    public static ClusterSettings ReadCluster(IronJsonReader body, string id, string userId, DateTimeOffset now)
    {
        var given = ReadClusterChange(body);
        return new ClusterSettings
        {
            Id = id,
            UserId = userId,
            Name = given.Name ?? body.Text("cluster", MaxNameLength) ?? throw ApiException.Missing("name"),
            Memory = given.Memory ?? ClusterSettings.DefaultMemory,
            DiskSpace = given.DiskSpace ?? ClusterSettings.DefaultDisk,
            CpuShare = given.CpuShare ?? 0,
            MaxTimeoutSeconds = given.MaxTimeoutSeconds ?? TaskSpec.DefaultTimeoutSeconds,
            CreatedAt = now,
        };
    }

    /// <summary>The changes to make to a cluster; 0 is absence, but for the share of the processors.</summary>
    public static ClusterChange ReadClusterChange(IronJsonReader body) => body.Has("autoscale")
        ? throw new ApiException("autoscale is not there: this control plane starts no machines; leave it out")
        : new ClusterChange
        {
            Name = body.Text("name", MaxNameLength),
            Memory = Bytes(body, "memory", MinMemory),
            DiskSpace = Bytes(body, "disk_space", MinDisk) ?? Bytes(body, "disk", MinDisk),
            CpuShare = (int?)body.WholeNumber("cpu_share", 0, int.MaxValue),
            MaxTimeoutSeconds = (int?)NonZero(body, "max_timeout", MaxTimeoutSeconds),
        };

    /// <summary>A token without its secret.</summary>
    public static Wire.ClusterTokenInfo ToContract(ClusterTokenRecord token) => new()
    {
        Id = token.Id,
        ClusterId = token.ClusterId,
        CreatedAt = token.CreatedAt,
    };

    /// <summary>A cluster as lists show it.</summary>
    public static Wire.ClusterInfo ToContract(ClusterSettings cluster) => new()
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
    public static Wire.ClusterInfo ToContract(
        ClusterSettings cluster,
        IReadOnlyList<(RunnerSession Session, int Leases)> sessions,
        LabelSet missing,
        IEnumerable<ClusterShareRecord> shares) => ToContract(cluster) with
        {
            RunnersTotal = sessions.Sum(runner => runner.Session.Slots),
            RunnersAvailable = sessions.Sum(runner => Free(runner.Session, runner.Leases)),
            Machines = [.. sessions.Select(runner => Machine(runner.Session, runner.Leases))],
            MixedKeys = RunnerSession.HaveMixedKeys(sessions.Select(runner => runner.Session)) ? true : null,
            MissingLabels = ToContract(missing),
            SharedTo = [.. shares.Select(share => ToContract(cluster, share))],
        };

    /// <summary>A cluster's figures.</summary>
    public static Wire.ClusterStats ToStatsContract(
        IReadOnlyList<(RunnerSession Session, int Leases)> sessions, int queued, double average) => new()
        {
            RunnersTotal = sessions.Sum(runner => runner.Session.Slots),
            RunnersAvailable = sessions.Sum(runner => Free(runner.Session, runner.Leases)),
            Queued = queued,
            Ewma = (long)Math.Round(average),
            EwmaBeta = QueueAverage.Beta,
            Instances = [.. sessions.Select(runner => Instance(runner.Session, runner.Leases))],
        };

    private static Wire.ClusterShare ToContract(ClusterSettings cluster, ClusterShareRecord share) => new()
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
        Labels = ToContract(session.Labels),
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

    private static long? Bytes(IronJsonReader body, string name, long min) =>
        NonZero(body, name, MaxBytes) is not { } bytes ? null
        : bytes >= min ? bytes
        : throw new ApiException($"{name} must be at least {min}: it is a number of bytes");

    private static long? NonZero(IronJsonReader body, string name, long max) =>
        body.WholeNumber(name, 0, max) is { } number and > 0 ? number : null;
}
