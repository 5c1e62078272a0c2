using System.Collections.Concurrent;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>
/// The lanes that this silo has met. A lane is known once the statement that made it has committed; it stays, whatever becomes
/// of its first task.
/// </summary>
internal sealed class PostgresLanes
{
    private readonly ConcurrentDictionary<(string Cluster, string Code, string Labels), long> _known = new();

    /// <summary>The lane of a task, once <see cref="EnsureAsync"/> was asked about it.</summary>
    public long this[TaskSpec task] => _known[LaneOf(task)];

    /// <summary>
    /// Makes the lanes of these tasks that are missing, in a session whose statements are transactions of their own; answers
    /// how many this silo had not met.
    /// </summary>
    public async Task<int> EnsureAsync(PostgresSession session, IEnumerable<TaskSpec> tasks)
    {
        var unknown = tasks.DistinctBy(LaneOf).Where(task => !_known.ContainsKey(LaneOf(task))).ToArray();
        if (unknown.Length == 0)
        {
            return 0;
        }

        var found = await session.QueryAsync(
            "lanes_add",
            row => (Lane: (row.GetString(0), row.GetString(1), row.GetString(2)), Id: row.GetInt64(3)),
            default,
            ("cluster_id", unknown.Column(task => task.ClusterId)),
            ("code_id", unknown.Column(task => task.CodeId)),
            ("labels", unknown.Column(task => task.RequiredLabels.Text)),
            ("project_id", unknown.Column(task => task.ProjectId)),
            ("code_name", unknown.Column(task => task.CodeName)));
        foreach (var (lane, id) in found)
        {
            _known[lane] = id;
        }

        return unknown.Length;
    }

    private static (string Cluster, string Code, string Labels) LaneOf(TaskSpec task) =>
        (task.ClusterId, task.CodeId, task.RequiredLabels.Text);
}
