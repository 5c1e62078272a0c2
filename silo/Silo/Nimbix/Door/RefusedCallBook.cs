using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Grains.Launching;
using OrleansHybrid.Silo.Nimbix.Policy;

namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>
/// Counts refused calls and hands them to the audit now and then: a flood becomes one record an address and reason, and
/// whoever calls from ever new addresses fills one more record, not the audit.
/// </summary>
internal sealed partial class RefusedCallBook(
    LivePolicy live, IGrainFactory grains, TimeProvider time, ILogger<RefusedCallBook> log) : BackgroundService
{
    /// <summary>
    /// How many kinds of refusals are told apart between two tellings. The audit has room for several such pages.
    /// </summary>
    public const int MostKinds = 40;

    /// <summary>How often the audit is told.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private const string Others = "others";

    private readonly Lock _turn = new();
    private Dictionary<(LaunchOrigin Origin, string? CredentialId, string Reason), RefusedCalls> _page = [];

    /// <summary>One more refused call.</summary>
    public void Note(LaunchOrigin origin, string? credentialId, string reason)
    {
        var now = time.GetUtcNow();
        lock (_turn)
        {
            Add(new RefusedCalls(origin, credentialId, reason, 1, now, now));
        }
    }

    /// <summary>Tells the audit what there is; keeps it when the audit can't be told.</summary>
    public async Task TellAsync()
    {
        IReadOnlyList<RefusedCalls> calls;
        lock (_turn)
        {
            calls = [.. _page.Values];
            _page = [];
        }

        if (calls.Count == 0)
        {
            return;
        }

        try
        {
            await grains.GetLauncher(live.Current.Policy.Account).Refused(calls);
            foreach (var call in calls)
            {
                Told(call.Count, call.Origin.Address, call.Reason);
            }
        }
        catch (Exception ex)
        {
            Untold(calls.Sum(call => call.Count), ex.GetType().Name);
            lock (_turn)
            {
                calls.ToList().ForEach(Add);
            }
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Period, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TellAsync();
        }
    }

    private void Add(RefusedCalls call)
    {
        var key = (call.Origin, call.CredentialId, call.Reason);
        if (!_page.ContainsKey(key) && _page.Count >= MostKinds)
        {
            call = call with { Origin = new LaunchOrigin(Others, Others), CredentialId = null };
            key = (call.Origin, call.CredentialId, call.Reason);
        }

        _page[key] = _page.TryGetValue(key, out var before)
            ? before with
            {
                Count = before.Count + call.Count,
                First = before.First < call.First ? before.First : call.First,
                Last = before.Last > call.Last ? before.Last : call.Last,
            }
            : call;
    }

    [LoggerMessage(1, LogLevel.Warning, "{Count} calls to the launcher from {Address} were refused: {Reason}")]
    private partial void Told(int count, string address, string reason);

    [LoggerMessage(2, LogLevel.Warning, "The launcher's audit could not be told of {Count} refused calls, and is told again: {Trouble}")]
    private partial void Untold(int count, string trouble);
}
