using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Streaming;

namespace OrleansHybrid.Silo.Web.Clusters;

/// <summary>The clusters that are watched, each polled once a second, as a hash of what a page would show.</summary>
internal sealed partial class ClusterWatcher(ClusterStateReader stateReader, EntityCache cache, TimeProvider time, ILogger<ClusterWatcher> log)
    : PollingWatcher<string, string>(TimeSpan.FromSeconds(1), time)
{
    /// <summary>Watches a cluster until the answer is disposed.</summary>
    public ClusterSubscription Subscribe(string clusterId)
    {
        var item = AddWatcher(clusterId);
        return new ClusterSubscription(item, () => RemoveWatcher(clusterId, item));
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
                // The next poll comes soon enough, and misses nothing.
            }
            catch (Exception ex)
            {
                Failed(id, ex);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Cluster watcher poll of {Cluster} failed")]
    private partial void Failed(string cluster, Exception ex);
}

/// <summary>One watcher's view of a cluster.</summary>
internal sealed class ClusterSubscription(WatchedItem<string> item, Action leave) : IDisposable
{
    private Action? _leave = leave;

    /// <summary>Ends with the next change.</summary>
    public Task Changed => item.Changed;

    /// <summary>The hash of what a page would show; null before the first poll, empty when the cluster no longer exists.</summary>
    public string? Latest => item.Latest;

    public void Dispose() => Interlocked.Exchange(ref _leave, null)?.Invoke();
}

/// <summary>Notifies a browser that a cluster has changed since its page was made.</summary>
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
