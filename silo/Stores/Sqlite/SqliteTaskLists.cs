using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.Sqlite;

/// <summary>Reads a list of tasks: the newest few of each index range, and of these again the newest.</summary>
internal static class SqliteTaskLists
{
    public static IReadOnlyList<StoredTask> Read(SqliteSession session, TaskListing list)
    {
        IReadOnlyList<long> lanes = list.Axis == ListAxis.Lane
            ? session.Query("task_lanes", row => row.GetInt64(0), Lane(list))
            : [];
        var found = list.IndexedPhases.SelectMany(phase => ReadPhase(session, list, lanes, phase));
        if (list.Leased > 0)
        {
            found = found.Concat(session.Query(
                "task_page_leased", row => row.GetString(0), [("leased", list.Leased), .. Lane(list), .. Bounds(list)]));
        }

        var page = found.Distinct().OrderByDescending(id => id, StringComparer.Ordinal).Skip(list.Skip).Take(list.PerPage);
        return session.Query("task_rows", TaskReader.Read, ("ids", JsonSerializer.Serialize(page)), ("payloads", list.Filter.WithPayloads));
    }

    private static IEnumerable<string> ReadPhase(
        SqliteSession session, TaskListing list, IReadOnlyList<long> lanes, int phase)
    {
        (string, object?)[] place = [("phase", phase), ("waiting", list.Waiting), .. Bounds(list)];
        return list.Axis switch
        {
            ListAxis.Project => session.Query(
                "task_page", Id, [("project_id", list.Filter.ProjectId), .. place]),
            ListAxis.Lane => lanes.SelectMany(lane => session.Query("task_page_lane", Id, [("lane", lane), ("label", list.Filter.Label), .. place])),
            ListAxis.Label => session.Query("task_page_label", Id, [.. Lane(list), .. place]),
            _ => throw new UnreachableException($"axis {list.Axis}"),
        };
    }

    private static string Id(DbDataReader row) => row.GetString(0);

    private static (string Name, object? Value)[] Lane(TaskListing list) =>
    [
        ("project_id", list.Filter.ProjectId),
        ("code_name", list.Filter.CodeName),
        ("cluster_id", list.Filter.ClusterId),
        ("label", list.Filter.Label),
        ("user_id", list.Filter.UserId),
    ];

    private static (string Name, object? Value)[] Bounds(TaskListing list) =>
        [("from", list.From), ("before", list.Before), ("reach", list.ReadLimit)];
}
