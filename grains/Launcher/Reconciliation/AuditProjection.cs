using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Reconciliation;

/// <summary>Follows the audit's table and answers queries about its launches; each record is read once.</summary>
internal sealed class AuditProjection(string account, ILaunchStore store) : IDisposable
{
    private const int PageSize = 1_000;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private AuditedLaunches? _launches;

    /// <summary>
    /// Asks one question after another, of all records that are there now. A record of this number is expected; it bounds the search for
    /// where to begin.
    /// </summary>
    public async Task<T> QueryAsync<T>(long sequence, Func<AuditedLaunches, DateTimeOffset, T> query, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var now = await store.NowAsync(cancellationToken);
            _launches ??= await BeginAsync(sequence, now - AuditedLaunches.Lookback, cancellationToken);
            while (await store.ReadAuditAsync(account, _launches.Sequence, PageSize, cancellationToken) is { Count: > 0 } records)
            {
                foreach (var record in records)
                {
                    _launches.Add(record);
                }
            }

            _launches.RemoveExpired(now);
            return query(_launches, now);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    // Years of records are not read for the last weeks of them: their times rise with their numbers.
    private async Task<AuditedLaunches> BeginAsync(long sequence, DateTimeOffset from, CancellationToken cancellationToken)
    {
        var (least, most) = (0L, Math.Max(0, sequence));
        while (most - least > PageSize)
        {
            var middle = least + ((most - least) / 2);
            var isEarlier = await store.ReadAuditAsync(account, middle, 1, cancellationToken) is [var record] && record.At < from;
            (least, most) = isEarlier ? (middle, most) : (least, middle);
        }

        var launches = new AuditedLaunches();
        launches.StartAfter(least);
        return launches;
    }
}
