using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Streaming;

namespace OrleansHybrid.Silo.Web.Clusters;

/// <summary>The clusters that somebody looks at, each looked at once a second, as the mark of what a page would show.</summary>
internal sealed partial class ClusterWatcher(ClusterStateReader stateReader, EntityCache cache, TimeProvider time, ILogger<ClusterWatcher> log)
    : PollingWatcher<string, string>(TimeSpan.FromSeconds(1), time)
{
    /// <summary>Watches a cluster until the answer is disposed.</summary>
    public ClusterSubscription Subscribe(string clusterId)
    {
        var sight = AddWatcher(clusterId);
        return new ClusterSubscription(sight, () => RemoveWatcher(clusterId, sight));
    }

    protected override async Task PollAsync(string[] watched)
    {
        foreach (var id in watched)
        {
            try
            {
                var cluster = await cache.Clusters.FindAsync(id, CancellationToken.None);
                Update(id, cluster is null ? "" : (await stateReader.ReadAsync(cluster, CancellationToken.None)).Digest);
            }
            catch (StoreUnavailableException)
            {
                // The next look comes soon enough, and nothing is missed by it.
            }
            catch (Exception ex)
            {
                Failed(id, ex);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Cluster watcher poll of {Cluster} failed")]
    private partial void Failed(string cluster, Exception trouble);
}

/// <summary>One watcher's view of a cluster.</summary>
internal sealed class ClusterSubscription(WatchedItem<string> sight, Action leave) : IDisposable
{
    private Action? _leave = leave;

    /// <summary>Ends with the next change.</summary>
    public Task Changed => sight.Changed;

    /// <summary>The mark of what a page would show; null before the first look, empty when the cluster is gone.</summary>
    public string? Latest => sight.Latest;

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}

/// <summary>Tells a browser that a cluster is no longer as it was seen.</summary>
internal sealed class ClusterPageEventSource(ClusterSubscription watched, string seen) : IEventSource
{
    private string _seen = seen;

    public Task Changed => watched.Changed;

    public void Dispose() => watched.Dispose();

    public async Task<bool> WriteChangesAsync(ServerSentEventWriter writer, CancellationToken cancellationToken)
    {
        if (watched.Latest is not { } latest || latest == _seen)
        {
            return true;
        }

        _seen = latest;
        await (latest.Length > 0 ? writer.SendTextAsync("change", latest, "", cancellationToken) : PageStreams.SendEndAsync(writer, latest, cancellationToken));
        return latest.Length > 0;
    }
}
