using System.Data.Common;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>Leases by name, to the database and back: columns of a batch, and the first four of a row.</summary>
internal static class FenceRows
{
    /// <summary>The parameters <c>task_id</c>, <c>attempt</c>, <c>token</c> and <c>session_id</c> of a batch.</summary>
    public static (string Name, object? Value)[] Values<T>(IReadOnlyList<T> items, Func<T, LeaseFence> fence) =>
    [
        ("task_id", items.Column(item => fence(item).Task.Value)),
        ("attempt", items.Column(item => fence(item).Attempt)),
        ("token", items.Column(item => fence(item).Token)),
        ("session_id", items.Column(item => fence(item).SessionId)),
    ];

    /// <summary>A lease from the first four columns, in that order.</summary>
    public static LeaseFence Read(DbDataReader row) =>
        new(new TaskId(row.GetString(0)), row.GetInt32(1), row.GetString(2), row.GetString(3));

    /// <summary>One column of a batch.</summary>
    public static TColumn[] Column<T, TColumn>(this IReadOnlyList<T> items, Func<T, TColumn> column) =>
        [.. items.Select(column)];
}
