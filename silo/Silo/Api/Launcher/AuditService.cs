using OrleansHybrid.Contracts.Launcher;
using OrleansHybrid.Launcher;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>Reads a launcher's audit page by page, and checks each page: who has read all of them has checked the whole.</summary>
internal sealed class AuditService(IGrainFactory grains, ILaunchStore store)
{
    /// <summary>Records from a number on.</summary>
    public async Task<AuditPage> ReadAsync(LauncherStatusSnapshot launcher, long from, int limit, CancellationToken cancellationToken)
    {
        // The launcher's state has the last record, too: so a truncated audit is detected.
        var summary = await grains.GetLauncher(launcher.Account).Summarize();
        var last = new AuditHead(summary.AuditRecords, summary.AuditHash);
        var before = await FindPreviousAsync(launcher.Account, from, cancellationToken);
        var records = await store.ReadAuditAsync(launcher.Account, from - 1, limit, cancellationToken);

        var broken = from - 1 > last.Sequence ? null
            : before is null ? from - 1
            : AuditChain.FindFirstBroken(before, records) ?? FindMissing(records, from, records.Count < limit, last);
        var end = records.Count > 0 ? records[^1].Sequence : long.MaxValue;
        return new AuditPage
        {
            Records = [.. records.Select(LauncherMapping.ToContract)],
            Verified = broken is null,
            FirstBroken = broken,
            Next = records.Count == limit && end < last.Sequence ? end + 1 : null,
        };
    }

    /// <summary>The record that the first of a page follows on; null when it is not there.</summary>
    private async Task<AuditHead?> FindPreviousAsync(string account, long from, CancellationToken cancellationToken)
    {
        if (from == 1)
        {
            return new AuditHead(0, AuditChain.GenesisHash);
        }

        var found = await store.ReadAuditAsync(account, from - 2, 1, cancellationToken);
        return found is [var record] && record.Sequence == from - 1 ? new AuditHead(record.Sequence, record.Hash) : null;
    }

    /// <summary>The first record that is missing from a page valid in itself, or differs from what the launcher wrote last.</summary>
    private static long? FindMissing(IReadOnlyList<AuditRecord> records, long from, bool isToTheEnd, AuditHead last)
    {
        var end = records.Count > 0 ? records[^1].Sequence : from - 1;
        return isToTheEnd && end < last.Sequence ? end + 1
            : records.Any(record => record.Sequence == last.Sequence && record.Hash != last.Hash) ? last.Sequence
            : null;
    }
}
