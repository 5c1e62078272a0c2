using System.Data.Common;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Tasks;

/// <summary>Reads the view <c>task_states</c>, whose columns stand in this order in both databases.</summary>
internal static class TaskRows
{
    /// <summary>How many columns the view has: what a query adds comes behind.</summary>
    public const int Width = 39;

    /// <summary>One task.</summary>
    public static TaskState Read(DbDataReader row) => new()
    {
        Id = new TaskId(row.GetString(0)),
        Spec = ReadSpec(row),
        Lane = row.GetInt64(3),
        RetryCount = row.GetInt32(16),
        OriginalId = row.GetStringOrNull(17) is { } original ? new TaskId(original) : null,
        RetryOf = row.GetStringOrNull(37) is { } first ? new TaskId(first) : null,
        RetryId = row.GetStringOrNull(38) is { } retry ? new TaskId(retry) : null,
        Phase = (TaskPhase)row.GetInt32(18),
        Attempt = row.GetInt32(19),
        Losses = row.GetInt32(20),
        Message = row.GetString(21),
        ExitCode = row.GetInt32OrNull(22),
        Percent = row.GetInt32(23),
        Digest = row.GetString(24),
        DurationMilliseconds = row.GetInt64(25),
        LogSize = row.GetInt64(26),
        CreatedAt = row.GetTime(27),
        UpdatedAt = row.GetTime(28),
        StartedAt = row.GetTimeOrNull(29),
        EndedAt = row.GetTimeOrNull(30),
        Lease = ReadLease(row),
    };

    /// <summary>A row of <c>waiting</c> and its like.</summary>
    public static LaneBacklog ReadBacklog(DbDataReader row) =>
        new(row.GetString(0), row.GetInt64(1), row.GetInt32(2), LabelSet.Parse(row.GetString(3)));

    private static TaskSpec ReadSpec(DbDataReader row) => new()
    {
        ProjectId = row.GetString(1),
        ClusterId = row.GetString(2),
        CodeId = row.GetString(4),
        CodeRev = row.GetInt32(5),
        CodeName = row.GetString(6),
        Priority = row.GetInt32(7),
        TimeoutSeconds = row.GetInt32(8),
        DelaySeconds = row.GetInt32(9),
        Label = row.GetString(10),
        ScheduleId = row.GetString(11),
        Retries = row.GetInt32(12),
        RetriesDelaySeconds = row.GetInt32(13),
        LeaseSeconds = row.GetInt32(14),
        MaxLosses = row.GetInt32(15),
        RequiredLabels = LabelSet.Parse(row.GetString(36)),
    };

    private static Lease? ReadLease(DbDataReader row) => row.IsDBNull(31) ? null : new Lease
    {
        Fence = new LeaseFence(new TaskId(row.GetString(0)), row.GetInt32(19), row.GetString(31), row.GetString(32)),
        Until = row.GetTime(33),
        Confirmed = row.GetInt32(34) == 1,
        Stopping = row.GetInt32(35) == 1,
    };
}
