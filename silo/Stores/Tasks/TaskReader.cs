using System.Data.Common;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Tasks;

/// <summary>Reads tasks with their payloads.</summary>
internal static class TaskReader
{
    /// <summary>A task, its payload and, where the query has it, the size of its log so far.</summary>
    public static StoredTask Read(DbDataReader row)
    {
        var task = TaskRows.Read(row);
        var size = row.IsDBNull(TaskRows.Width + 1) ? task.LogSize : row.GetInt64(TaskRows.Width + 1);
        return new StoredTask(task with { LogSize = size }, row.GetByteArray(TaskRows.Width));
    }

    /// <summary>A row of <c>glances</c>, the snapshot query.</summary>
    public static TaskSnapshot ReadSnapshot(DbDataReader row) => new(new TaskId(row.GetString(0)))
    {
        Phase = (TaskPhase)row.GetInt32(1),
        Attempt = row.GetInt32(2),
        IsLeased = row.GetBoolean(3),
        Message = row.GetString(4),
        Percent = row.GetInt32(5),
        LogSize = row.GetInt64(6),
    };

    /// <summary>A leased task and its payload.</summary>
    public static LeasedTask ReadLeasedTask(DbDataReader row, DateTimeOffset now) =>
        ToLeasedTask(TaskRows.Read(row), row.GetByteArray(TaskRows.Width), now);

    /// <summary>A task that has a lease, as its runner is to have it.</summary>
    public static LeasedTask ToLeasedTask(TaskState task, byte[] payload, DateTimeOffset now) => new()
    {
        Fence = task.Lease!.Fence,
        ValidFor = TimeSpan.FromTicks(Math.Max(0, (task.Lease.Until - now).Ticks)),
        WaitedFor = now - task.UpdatedAt,
        Spec = task.Spec,
        RetryCount = task.RetryCount,
        Payload = payload,
    };
}
