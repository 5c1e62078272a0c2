using System.Globalization;
using OrleansHybrid.Abstractions.Apps;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Maps the shapes of the Iron API to the messages of grains for apps; the only place that does.</summary>
internal static class AppMapping
{
    /// <summary>A request to queue tasks.</summary>
    public static EnqueueRequest ToIron(EnqueueTaskRequest[] tasks) => new()
    {
        Tasks = [.. tasks.Select(task => task is null ? null! : new NewTask
        {
            CodeName = task.CodeName,
            Payload = task.Payload,
            Priority = task.Priority,
            Cluster = task.Cluster,
            Timeout = task.TimeoutSeconds,
            Delay = task.DelaySeconds,
            Label = task.Label,
            RequiredLabels = task.RequiredLabels,
            IdempotencyKey = task.IdempotencyKey,
            UniqueKey = task.UniqueKey,
            Title = task.Title,
        })],
    };

    /// <summary>The task that was queued, or found.</summary>
    public static EnqueuedTask[] FromIron(EnqueueResponse answer) =>
        [.. answer.Tasks.Select(task => new EnqueuedTask { Id = task.Id, IsExisting = task.Existing == true })];

    /// <summary>A task.</summary>
    public static TaskDetails FromIron(TaskInfo task) => new()
    {
        Id = task.Id,
        ProjectId = task.ProjectId,
        CodeId = task.CodeId,
        CodeHistoryId = task.CodeHistoryId,
        CodeName = task.CodeName,
        CodeRevision = int.Parse(task.CodeRev, CultureInfo.InvariantCulture),
        Status = task.Status,
        Phase = task.Phase ?? task.Status,
        Message = task.Msg,
        Priority = task.Priority,
        TimeoutSeconds = task.Timeout,
        DelaySeconds = task.Delay,
        Payload = task.Payload,
        ClusterId = task.Cluster,
        Label = task.Label,
        Title = task.Title,
        ScheduleId = task.ScheduleId,
        CreatedAt = task.CreatedAt,
        UpdatedAt = task.UpdatedAt,
        StartedAt = TimeOf(task.StartTime),
        EndedAt = TimeOf(task.EndTime),
        DurationMilliseconds = task.Duration,
        Attempt = task.Attempt ?? 0,
        Percent = task.Percent,
        LogSize = task.LogSize,
        RetryCount = task.RetryCount,
        OriginalTaskId = task.OriginalTaskId,
        RetryTaskId = task.RetryTaskId,
        ExitCode = task.ExitCode,
        ImageDigest = task.ImageDigest,
        RequiredLabels = [.. task.RequiredLabels ?? []],
        MissingLabels = [.. task.MissingLabels ?? []],
        Attempts = [.. (task.Attempts ?? []).Select(FromIron)],
    };

    /// <summary>A cluster, with its runners where it has been asked for them.</summary>
    public static ClusterDetails FromIron(ClusterInfo cluster) => new()
    {
        Id = cluster.Id,
        Name = cluster.Name,
        Slots = cluster.RunnersTotal,
        FreeSlots = cluster.RunnersAvailable,
        Runners = [.. (cluster.Machines ?? []).Select(FromIron)],
        HasMixedKeys = cluster.MixedKeys == true,
        MissingLabels = [.. cluster.MissingLabels ?? []],
    };

    /// <summary>A code package.</summary>
    public static CodeDetails FromDomain(CodePackage code) => new()
    {
        Id = code.Id,
        Name = code.Name,
        Revision = code.Current.Rev,
        Image = code.Current.Image,
        Command = code.Current.Command,
        Retries = code.Current.Retries,
        RetriesDelaySeconds = code.Current.RetriesDelaySeconds,
        MaxConcurrency = code.Current.MaxConcurrency,
        IsPaused = code.Paused,
        RequiredLabels = [.. code.Current.RequiredLabels.ToList()],
    };

    /// <summary>Some bytes of a task's log.</summary>
    public static TaskLogChunk ToChunk(TaskState task, long offset, byte[] data) => new() { Attempt = task.Attempt, Offset = offset, Data = data };

    private static TaskAttemptDetails FromIron(TaskAttempt attempt) => new()
    {
        Attempt = attempt.Attempt,
        RunnerId = attempt.RunnerId,
        RunnerName = attempt.RunnerName,
        ClaimedAt = attempt.ClaimedAt,
        EndedAt = attempt.EndedAt,
        Outcome = attempt.Outcome,
        Message = attempt.Msg,
    };

    private static RunnerDetails FromIron(ClusterMachine runner) => new()
    {
        Id = runner.InstanceId,
        Name = runner.Name ?? "",
        Version = runner.Version,
        Slots = runner.RunnersTotal,
        FreeSlots = runner.RunnersAvailable,
        KeyIds = [.. runner.KeyIds ?? []],
        Labels = [.. runner.Labels ?? []],
        IsPaused = runner.Paused == true,
        IsLost = runner.Lost == true,
        SeenAt = runner.UpdatedAt ?? DateTimeOffset.MinValue,
    };

    private static DateTimeOffset? TimeOf(DateTimeOffset iron) => iron == DateTimeOffset.MinValue ? null : iron;
}
