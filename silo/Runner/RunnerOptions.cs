using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Runner.Sealing;
using OrleansHybrid.Runner.Sessions;

namespace OrleansHybrid.Runner;

/// <summary>The kinds of sandboxes.</summary>
public enum ExecutorKind
{
    /// <summary>A container of the Docker engine on this host.</summary>
    Docker,

    /// <summary>A child process: no security boundary, for machines without a Docker engine.</summary>
    Process,
}

/// <summary>The settings of a runner. Their text form never shows a secret.</summary>
public sealed record RunnerOptions
{
    /// <summary>How much of one task's log is kept unless <c>LOG_LIMIT</c> says otherwise: 10 MiB.</summary>
    public const long DefaultLogLimit = 10 * 1024 * 1024;

    /// <summary>How much room zips may take unless <c>ZIP_CACHE_LIMIT</c> says otherwise: 1 GiB.</summary>
    public const long DefaultZipCacheLimit = 1L << 30;

    /// <summary>The most that a zip may unpack to unless <c>ZIP_UNPACKED_LIMIT</c> says otherwise: 1 GiB.</summary>
    public const long DefaultZipUnpackedLimit = 1L << 30;

    /// <summary>How much room must be left for tasks to be claimed unless <c>MIN_FREE_DISK</c> says otherwise: 128 MiB.</summary>
    public const long DefaultMinFreeDisk = 1L << 27;

    /// <summary>The cluster to work for: 24 hex digits.</summary>
    public required string ClusterId { get; init; }

    /// <summary>Proves to the control plane that this runner may enrol.</summary>
    public required string ClusterToken { get; init; }

    /// <summary>The control plane's address; null with <see cref="Gateways"/>.</summary>
    public required Uri? ApiUrl { get; init; }

    /// <summary>The control plane's gateways, where the runner reaches it through grains; null for HTTPS.</summary>
    public RunnerGateways? Gateways { get; init; }

    /// <summary>Opens payloads; null when they come as they are. With a key, every payload must open.</summary>
    public SealPolicy? SealPolicy { get; init; }

    /// <summary>How many tasks run at the same time.</summary>
    public int Slots { get; init; } = Math.Min(Environment.ProcessorCount, 1000);

    /// <summary>Authorities that are trusted for the control plane's certificate beside the system's; null for none.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>A Unix socket or a loopback port where metrics and health can be asked for; null to listen on nothing.</summary>
    public EndPoint? MonitoringEndpoint { get; init; }

    /// <summary>True for logs as JSON, one object a line.</summary>
    internal bool LogsJson { get; init; }

    /// <summary>The least level that is logged.</summary>
    internal LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>When it leaves by itself.</summary>
    public LifetimeOptions Lifetime { get; init; } = new();

    /// <summary>The kind of sandbox for the tasks' programs.</summary>
    public ExecutorKind Executor { get; init; }

    /// <summary>Where the session, unreported results and zips outlive the process; null for a temporary folder.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>A name for people.</summary>
    public string Name { get; init; } = Environment.MachineName;

    /// <summary>The labels that tasks may require of it, each as <see cref="Contracts.Runners.RunnerLabels"/> says.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Most bytes of one task's log; what does not fit is cut out of the middle and marked.</summary>
    public long LogLimit { get; init; } = DefaultLogLimit;

    /// <summary>Most bytes of all zips that are kept for later tasks; one that is larger by itself is not taken.</summary>
    public long ZipCacheLimit { get; init; } = DefaultZipCacheLimit;

    /// <summary>Most bytes that one zip may unpack to.</summary>
    public long ZipUnpackedLimit { get; init; } = DefaultZipUnpackedLimit;

    /// <summary>Most wall time of a task, in seconds, whatever its assignment says.</summary>
    public int MaxTimeoutSeconds { get; init; } = int.MaxValue;

    /// <summary>The limits of every task's container.</summary>
    internal DockerOptions Docker { get; init; } = new();

    /// <summary>Bytes that must be free on the disks of the state folder and of the tasks; with less nothing is claimed.</summary>
    public long MinFreeDisk { get; init; } = DefaultMinFreeDisk;

    /// <summary>How long a cancelled or overdue program has between TERM and KILL.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <inheritdoc />
    public override string ToString() =>
        $"runner {Name} of cluster {ClusterId} at {ApiUrl?.GetLeftPart(UriPartial.Authority) ?? $"its gateways {Gateways}"}";
}
