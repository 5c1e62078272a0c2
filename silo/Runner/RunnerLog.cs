using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner;

/// <summary>The runner's log messages. None takes a payload, a token or a key.</summary>
internal static partial class RunnerLog
{
    [LoggerMessage(1, LogLevel.Information, "Session {Session} of cluster {Cluster} started: {Slots} slots, {Executor} executor, {Leases} leases taken over")]
    public static partial void Enrolled(
        this ILogger logger, string session, string cluster, int slots, string executor, int leases);

    [LoggerMessage(2, LogLevel.Warning, "Enrolment failed: {Reason}; retrying in {Seconds:0.0} s")]
    public static partial void EnrolFailed(this ILogger logger, string reason, double seconds);

    [LoggerMessage(3, LogLevel.Critical, "Enrolment rejected by the control plane: {Reason}")]
    public static partial void EnrolRejected(this ILogger logger, string reason);

    [LoggerMessage(4, LogLevel.Critical, "CLUSTER_TOKEN is not valid for cluster {Cluster} ({Reason}); copy both values again from the cluster's page")]
    public static partial void TokenRejected(this ILogger logger, string cluster, string reason);

    [LoggerMessage(5, LogLevel.Warning, "Host check failed, no claims until it passes: {Reason}")]
    public static partial void NotReady(this ILogger logger, string reason);

    [LoggerMessage(6, LogLevel.Warning, "Session lost: the control plane no longer knows it ({Reason}); stopping its tasks and enrolling again")]
    public static partial void SessionLost(this ILogger logger, string reason);

    [LoggerMessage(7, LogLevel.Critical, "Unexpected error; exiting for restart")]
    public static partial void LoopFailed(this ILogger logger, Exception fault);

    [LoggerMessage(8, LogLevel.Information, "Draining: {Leases} tasks still running")]
    public static partial void Draining(this ILogger logger, int leases);

    [LoggerMessage(9, LogLevel.Information, "Drain requested by the control plane")]
    public static partial void DrainOrdered(this ILogger logger);

    [LoggerMessage(10, LogLevel.Information, "Runner stopped with exit code {ExitCode}")]
    public static partial void RunnerEnded(this ILogger logger, int exitCode);

    [LoggerMessage(11, LogLevel.Warning, "Process executor: tasks run as {User} without isolation")]
    public static partial void NoIsolation(this ILogger logger, string user);

    [LoggerMessage(12, LogLevel.Warning, "Could not save the session; the next start will not take over its leases: {Reason}")]
    public static partial void SessionNotSaved(this ILogger logger, string reason);

    [LoggerMessage(14, LogLevel.Information, "Shutting down: {Reason}")]
    public static partial void ShuttingDown(this ILogger logger, string reason);

    [LoggerMessage(20, LogLevel.Warning, "Claim failed: {Reason}; retrying in {Seconds:0.0} s")]
    public static partial void ClaimFailed(this ILogger logger, string reason, double seconds);

    [LoggerMessage(21, LogLevel.Warning, "Could not renew {Leases} leases, retrying with the next heartbeat: {Reason}")]
    public static partial void HeartbeatFailed(this ILogger logger, int leases, string reason);

    [LoggerMessage(22, LogLevel.Warning, "Task {Task}: lease of attempt {Attempt} lost; stopping its program")]
    public static partial void LeaseLost(this ILogger logger, string task, int attempt);

    [LoggerMessage(23, LogLevel.Warning, "Could not release {Leases} leases; they will expire: {Reason}")]
    public static partial void LeasesNotReleased(this ILogger logger, int leases, string reason);

    [LoggerMessage(30, LogLevel.Debug, "Task {Task}: attempt {Attempt} of {Code} started")]
    public static partial void Begins(this ILogger logger, string task, int attempt, string code);

    [LoggerMessage(31, LogLevel.Debug, "Task {Task}: attempt {Attempt} ended: {Fate} {Status} {Message}")]
    public static partial void Ended(
        this ILogger logger, string task, int attempt, LeaseDisposition fate, string status, string message);

    [LoggerMessage(32, LogLevel.Error, "Task {Task}: unexpected error while executing it")]
    public static partial void ExecutionFailed(this ILogger logger, Exception fault, string task);

    [LoggerMessage(33, LogLevel.Warning, "Task {Task}: container engine unavailable, pausing claims: {Reason}")]
    public static partial void EngineUnavailable(this ILogger logger, string task, string reason);

    [LoggerMessage(34, LogLevel.Warning, "Task {Task}: could not remove its sandbox yet, will retry: {Reason}")]
    public static partial void SandboxNotRemoved(this ILogger logger, string task, string reason);

    [LoggerMessage(35, LogLevel.Warning, "Task {Task}: code archive download failed; retrying in {Seconds:0.0} s: {Reason}")]
    public static partial void ZipDelayed(this ILogger logger, string task, string reason, double seconds);

    [LoggerMessage(36, LogLevel.Warning, "Task {Task} rejected: {Reason}")]
    public static partial void TaskRejected(this ILogger logger, string task, string reason);

    [LoggerMessage(40, LogLevel.Warning, "Log upload failed, will retry: {Reason}")]
    public static partial void LogsDelayed(this ILogger logger, string reason);

    [LoggerMessage(41, LogLevel.Error, "Log upload for {Tasks} tasks rejected by the control plane; the rest of their logs is dropped: {Reason}")]
    public static partial void LogsRejected(this ILogger logger, int tasks, string reason);

    [LoggerMessage(24, LogLevel.Warning, "Claims paused: {Folder} has {Free:0.#} MiB free, MIN_FREE_DISK requires {Least:0.#} MiB; they resume when space is free")]
    public static partial void DiskSpaceLow(this ILogger logger, string folder, double free, double least);

    [LoggerMessage(25, LogLevel.Information, "Claims resumed: enough free disk space")]
    public static partial void DiskSpaceRecovered(this ILogger logger);

    [LoggerMessage(50, LogLevel.Warning, "Upload of {Results} results failed, will retry: {Reason}")]
    public static partial void ResultsDelayed(this ILogger logger, int results, string reason);

    [LoggerMessage(51, LogLevel.Error, "Task {Task}: result rejected by the control plane and dropped: {Reason}")]
    public static partial void ResultRejected(this ILogger logger, string task, string reason);

    [LoggerMessage(52, LogLevel.Warning, "Task {Task}: result of attempt {Attempt} discarded: its lease had already ended")]
    public static partial void ResultStale(this ILogger logger, string task, int attempt);

    [LoggerMessage(53, LogLevel.Warning, "Task {Task}: result kept in memory only, a crash would lose it: the spool is full or not writable")]
    public static partial void SpoolFull(this ILogger logger, string task);

    [LoggerMessage(54, LogLevel.Warning, "Restricted {File} to its owner; other users could read it")]
    public static partial void FilePermissionsRestricted(this ILogger logger, string file);
}
