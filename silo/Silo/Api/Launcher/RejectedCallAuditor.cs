using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Launcher.Policy;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>
/// Counts rejected calls and flushes them to the audit periodically: a flood becomes one record per address and reason, and
/// a caller with ever new addresses fills one more record, not the audit.
/// </summary>
internal sealed partial class RejectedCallAuditor(
    PolicyMonitor monitor, IGrainFactory grains, TimeProvider time, ILogger<RejectedCallAuditor> log) : BackgroundService
{
    /// <summary>
    /// How many kinds of rejections are kept apart between two flushes. The audit has room for several such batches.
    /// </summary>
    public const int MaxEntries = 40;

    /// <summary>How often counts are flushed to the audit.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private const string Others = "others";

    private readonly Lock _turn = new();
    private Dictionary<(CallerAddress Origin, string? CredentialId, string Reason), RejectedCalls> _pending = [];

    /// <summary>One more rejected call.</summary>
    public void Record(CallerAddress origin, string? credentialId, string reason)
    {
        var now = time.GetUtcNow();
        lock (_turn)
        {
            Add(new RejectedCalls(origin, credentialId, reason, 1, now, now));
        }
    }

    /// <summary>Writes the counts to the audit; keeps them when that fails.</summary>
    public async Task FlushAsync()
    {
        RejectedCalls[] calls;
        lock (_turn)
        {
            calls = [.. _pending.Values];
            _pending = [];
        }

        if (calls.Length == 0)
        {
            return;
        }

        try
        {
            await grains.GetLauncher(monitor.Current.Policy.Account).RecordRejectedCalls(calls);
            foreach (var call in calls)
            {
                CallsRejected(call.Count, call.Origin.Address, call.Reason);
            }
        }
        catch (Exception ex)
        {
            FlushFailed(calls.Sum(call => call.Count), ex.GetType().Name);
            lock (_turn)
            {
                Array.ForEach(calls, Add);
            }
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Period, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await FlushAsync();
        }
    }

    private void Add(RejectedCalls call)
    {
        var key = (call.Origin, call.CredentialId, call.Reason);
        if (!_pending.ContainsKey(key) && _pending.Count >= MaxEntries)
        {
            call = call with { Origin = new CallerAddress(Others, Others), CredentialId = null };
            key = (call.Origin, call.CredentialId, call.Reason);
        }

        _pending[key] = _pending.TryGetValue(key, out var before)
            ? before with
            {
                Count = before.Count + call.Count,
                First = before.First < call.First ? before.First : call.First,
                Last = before.Last > call.Last ? before.Last : call.Last,
            }
            : call;
    }

    [LoggerMessage(1, LogLevel.Warning, "Rejected {Count} launcher calls from {Address}: {Reason}")]
    private partial void CallsRejected(int count, string address, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Could not write {Count} rejected launcher calls to the audit log, will retry: {Reason}")]
    private partial void FlushFailed(int count, string reason);
}
