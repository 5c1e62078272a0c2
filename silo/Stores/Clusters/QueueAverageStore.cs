using System.Text.Json.Nodes;
using OrleansHybrid.Domain.Clusters;

namespace OrleansHybrid.Stores.Clusters;

/// <summary>Moving averages of the clusters' queues, in either database.</summary>
internal sealed class QueueAverageStore(IDatabase database) : IQueueAverageStore
{
    public async Task<double> FindAsync(string clusterId, CancellationToken cancellationToken) =>
        (await database.ReadAsync("average", row => row.GetDouble(0), cancellationToken, ("cluster_id", clusterId)))
        .SingleOrDefault();

    public async Task SampleAsync(
        TimeSpan interval, int maxCount, Func<double, int, TimeSpan?, double> next, CancellationToken cancellationToken)
    {
        // The time of the read, not of the write: a silo that was slow between the two loses.
        var now = await database.NowAsync(cancellationToken);
        var before = (now - interval).ToStored();
        var due = await database.ReadAsync(
            "average_due",
            row => (
                Cluster: row.GetString(0),
                Average: row.IsDBNull(1) ? 0 : row.GetDouble(1),
                Elapsed: now - row.GetTimeOrNull(2),
                Queued: row.GetInt32(3)),
            cancellationToken,
            ("before", before), ("most", maxCount));
        if (due.Count == 0)
        {
            return;
        }

        var samples = new JsonArray([.. due.Select(found => new JsonObject
        {
            ["cluster_id"] = found.Cluster,
            ["average"] = next(found.Average, found.Queued, found.Elapsed),
        })]);
        await database.WriteAsync(
            "average_keep", row => row.FieldCount, cancellationToken,
            ("samples", samples.ToJsonString()), ("now", now.ToStored()), ("before", before));
    }
}
