using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Background;

/// <summary>Removes expired rows: keys that no task holds, ended sessions of the web page.</summary>
internal sealed class DeduplicationKeyCleaner(ITaskStore tasks, IWebSessionStore sessions, TimeProvider time, ILogger<DeduplicationKeyCleaner> log)
    : PeriodicBackgroundService("Deduplication key cleaner", TimeSpan.FromMinutes(1), time, log)
{
    private const int MaxBatchSize = 500;

    private readonly TimeProvider _time = time;

    protected override async Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken)
    {
        var keys = await tasks.PurgeExpiredKeysAsync(MaxBatchSize, cancellationToken);
        var ended = await sessions.PruneAsync(_time.GetUtcNow(), MaxBatchSize, cancellationToken);
        return keys < MaxBatchSize && ended < MaxBatchSize ? null : TimeSpan.Zero;
    }
}
