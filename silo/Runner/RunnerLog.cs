using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner;

/// <summary>What the runner says to its operator. No message takes a payload, a token or a key.</summary>
internal static partial class RunnerLog
{
    [LoggerMessage(1, LogLevel.Information, "Session {Session} of cluster {Cluster}: {Slots} slots, {Executor}, {Leases} leases taken over")]
    public static partial void Enrolled(
        this ILogger logger, string session, string cluster, int slots, string executor, int leases);

    [LoggerMessage(2, LogLevel.Warning, "Not enrolled yet: {Reason}; next try in {Seconds:0.0} s")]
    public static partial void EnrolFailed(this ILogger logger, string reason, double seconds);

    [LoggerMessage(3, LogLevel.Critical, "The control plane refuses this runner: {Reason}")]
    public static partial void EnrolRejected(this ILogger logger, string reason);

    [LoggerMessage(4, LogLevel.Critical, "CLUSTER_TOKEN is not good for cluster {Cluster}; copy both values again from the cluster's page ({Reason})")]
    public static partial void TokenRejected(this ILogger logger, string cluster, string reason);

    [LoggerMessage(5, LogLevel.Warning, "This host is not ready for tasks: {Reason}")]
    public static partial void NotReady(this ILogger logger, string reason);

    [LoggerMessage(6, LogLevel.Warning, "The control plane no longer knows this session; what runs is ended, and the runner enrols again ({Reason})")]
    public static partial void SessionLost(this ILogger logger, string reason);

    [LoggerMessage(7, LogLevel.Critical, "A fault of the runner: it ends, to be started again")]
    public static partial void LoopFailed(this ILogger logger, Exception fault);

    [LoggerMessage(8, LogLevel.Information, "Claims no more; {Leases} leases are still to be worked off")]
    public static partial void Draining(this ILogger logger, int leases);

    [LoggerMessage(9, LogLevel.Information, "The control plane orders a drain")]
    public static partial void DrainOrdered(this ILogger logger);

    [LoggerMessage(10, LogLevel.Information, "The runner has ended with exit code {ExitCode}")]
    public static partial void RunnerEnded(this ILogger logger, int exitCode);

    [LoggerMessage(11, LogLevel.Warning, "Tasks run as plain processes of {User}: convenient, and no security boundary")]
    public static partial void NoIsolation(this ILogger logger, string user);

    [LoggerMessage(12, LogLevel.Warning, "The session can't be kept for the next start, which will not take its leases over: {Reason}")]
    public static partial void SessionNotSaved(this ILogger logger, string reason);

    [LoggerMessage(14, LogLevel.Information, "The runner leaves: {Reason}")]
    public static partial void ShuttingDown(this ILogger logger, string reason);

    [LoggerMessage(20, LogLevel.Warning, "No claim: {Reason}; next try in {Seconds:0.0} s")]
    public static partial void ClaimFailed(this ILogger logger, string reason, double seconds);

    [LoggerMessage(21, LogLevel.Warning, "{Leases} leases not renewed: {Reason}")]
    public static partial void HeartbeatFailed(this ILogger logger, int leases, string reason);

    [LoggerMessage(22, LogLevel.Warning, "Task {Task}: the lease of attempt {Attempt} is lost; its program is ended")]
    public static partial void LeaseLost(this ILogger logger, string task, int attempt);

    [LoggerMessage(23, LogLevel.Warning, "{Leases} leases not handed back, so that they lapse: {Reason}")]
    public static partial void LeasesNotReleased(this ILogger logger, int leases, string reason);

    [LoggerMessage(30, LogLevel.Debug, "Task {Task}: attempt {Attempt} of {Code} begins")]
    public static partial void Begins(this ILogger logger, string task, int attempt, string code);

    [LoggerMessage(31, LogLevel.Debug, "Task {Task}: attempt {Attempt} ended: {Fate} {Status} {Message}")]
    public static partial void Ended(
        this ILogger logger, string task, int attempt, LeaseDisposition fate, string status, string message);

    [LoggerMessage(32, LogLevel.Error, "Task {Task}: the runner failed to execute it")]
    public static partial void ExecutionFailed(this ILogger logger, Exception fault, string task);

    [LoggerMessage(33, LogLevel.Warning, "Task {Task}: {Reason}; claims pause for a while")]
    public static partial void EngineUnavailable(this ILogger logger, string task, string reason);

    [LoggerMessage(34, LogLevel.Warning, "Task {Task}: its sandbox is not removed yet: {Reason}")]
    public static partial void SandboxNotRemoved(this ILogger logger, string task, string reason);

    [LoggerMessage(35, LogLevel.Warning, "Task {Task}: its zip did not come, next try in {Seconds:0.0} s: {Reason}")]
    public static partial void ZipDelayed(this ILogger logger, string task, string reason, double seconds);

    [LoggerMessage(36, LogLevel.Warning, "Task {Task} is refused: {Reason}")]
    public static partial void TaskRejected(this ILogger logger, string task, string reason);

    [LoggerMessage(40, LogLevel.Warning, "Logs are delayed: {Reason}")]
    public static partial void LogsDelayed(this ILogger logger, string reason);

    [LoggerMessage(41, LogLevel.Error, "The logs of {Tasks} tasks end here, the control plane refuses them: {Reason}")]
    public static partial void LogsRejected(this ILogger logger, int tasks, string reason);

    [LoggerMessage(24, LogLevel.Warning, "No claims: the disk of {Folder} has {Free:0.#} MiB left, and MIN_FREE_DISK asks for {Least:0.#} MiB; they go on by themselves when there is room")]
    public static partial void DiskSpaceLow(this ILogger logger, string folder, double free, double least);

    [LoggerMessage(25, LogLevel.Information, "Claims go on: there is room on the disks")]
    public static partial void DiskSpaceRecovered(this ILogger logger);

    [LoggerMessage(50, LogLevel.Warning, "{Results} results are delayed: {Reason}")]
    public static partial void ResultsDelayed(this ILogger logger, int results, string reason);

    [LoggerMessage(51, LogLevel.Error, "Task {Task}: the control plane refuses the result for good: {Reason}")]
    public static partial void ResultRejected(this ILogger logger, string task, string reason);

    [LoggerMessage(52, LogLevel.Warning, "Task {Task}: the result of attempt {Attempt} came too late, the task has moved on")]
    public static partial void ResultStale(this ILogger logger, string task, int attempt);

    [LoggerMessage(53, LogLevel.Warning, "Task {Task}: the result is not on disk, a crash would lose it: the spool is full or can't be written")]
    public static partial void SpoolFull(this ILogger logger, string task);

    [LoggerMessage(54, LogLevel.Warning, "Others could read {File}; now only its owner can")]
    public static partial void FilePermissionsRestricted(this ILogger logger, string file);
}
