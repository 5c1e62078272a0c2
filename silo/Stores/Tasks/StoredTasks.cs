using System.Data.Common;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Tasks;

/// <summary>Reads tasks with their payloads.</summary>
internal static class StoredTasks
{
    /// <summary>A task, its payload and, where the query has it, the size of its log so far.</summary>
    public static StoredTask Read(DbDataReader row)
    {
        var task = TaskRows.Read(row);
        var size = row.IsDBNull(TaskRows.Width + 1) ? task.LogSize : row.GetInt64(TaskRows.Width + 1);
        return new StoredTask(task with { LogSize = size }, row.Bytes(TaskRows.Width));
    }

    /// <summary>A row of <c>glances</c>.</summary>
    public static TaskGlance Glance(DbDataReader row) => new(new TaskId(row.GetString(0)))
    {
        Phase = (TaskPhase)row.GetInt32(1),
        Attempt = row.GetInt32(2),
        IsLeased = row.GetBoolean(3),
        Message = row.GetString(4),
        Percent = row.GetInt32(5),
        LogSize = row.GetInt64(6),
    };

    /// <summary>A leased task and its payload.</summary>
    public static WorkOrder ReadOrder(DbDataReader row, DateTimeOffset now)
    {
        var task = TaskRows.Read(row);
        return new WorkOrder
        {
            Fence = task.Lease!.Fence,
            Holds = TimeSpan.FromTicks(Math.Max(0, (task.Lease.Until - now).Ticks)),
            Spec = task.Spec,
            RetryCount = task.RetryCount,
            Payload = row.Bytes(TaskRows.Width),
        };
    }
}
