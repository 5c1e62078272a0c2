using System.Data.Common;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Tasks;

/// <summary>Reads the view <c>task_states</c>, whose columns stand in this order in both databases.</summary>
internal static class TaskRows
{
    /// <summary>How many columns the view has: what a query adds comes behind.</summary>
    public const int Width = 33;

    /// <summary>One task.</summary>
    public static TaskState Read(DbDataReader row) => new()
    {
        Id = new TaskId(row.GetString(0)),
        Spec = ReadSpec(row),
        Lane = row.GetInt64(3),
        RetryCount = row.GetInt32(11),
        OriginalId = row.GetStringOrNull(12) is { } original ? new TaskId(original) : null,
        RetryOf = row.GetStringOrNull(13) is { } first ? new TaskId(first) : null,
        RetryId = row.GetStringOrNull(14) is { } retry ? new TaskId(retry) : null,
        Phase = (TaskPhase)row.GetInt32(15),
        Attempt = row.GetInt32(16),
        Losses = row.GetInt32(17),
        Message = row.GetString(18),
        ExitCode = row.GetInt32OrNull(19),
        Percent = row.GetInt32(20),
        Digest = row.GetString(21),
        DurationMilliseconds = row.GetInt64(22),
        LogSize = row.GetInt64(23),
        CreatedAt = row.GetTime(24),
        UpdatedAt = row.GetTime(25),
        StartedAt = row.GetTimeOrNull(26),
        EndedAt = row.GetTimeOrNull(27),
        Lease = ReadLease(row),
    };

    /// <summary>A row of <c>waiting</c> and its like.</summary>
    public static LaneBacklog ReadBacklog(DbDataReader row) =>
        new(row.GetString(0), row.GetInt64(1), row.GetInt32(2), LabelSet.Parse(row.GetString(3)));

    private static TaskSpec ReadSpec(DbDataReader row) => StoredSpec.ParseTask(row.GetString(10)) with
    {
        ProjectId = row.GetString(1),
        ClusterId = row.GetString(2),
        CodeId = row.GetString(4),
        CodeName = row.GetString(5),
        RequiredLabels = LabelSet.Parse(row.GetString(6)),
        Priority = row.GetInt32(7),
        Label = row.GetString(8),
        ScheduleId = row.GetString(9),
    };

    private static Lease? ReadLease(DbDataReader row) => row.IsDBNull(28) ? null : new Lease
    {
        Fence = new LeaseFence(new TaskId(row.GetString(0)), row.GetInt32(16), row.GetString(28), row.GetString(29)),
        Until = row.GetTime(30),
        Confirmed = row.GetInt32(31) == 1,
        Stopping = row.GetInt32(32) == 1,
    };
}
