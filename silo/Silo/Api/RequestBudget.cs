using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api;

/// <summary>
/// How much of requests a silo holds at the same time: of one caller, of all who have shown no credential together, and of all. It is
/// counted as it arrives, since what is only announced costs nothing.
/// </summary>
internal sealed class RequestBudget(long maxPerCaller, long maxTotal)
{
    private const int AnonymousShares = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _callers = [];
    private long _anonymous;
    private long _total;

    /// <summary>How many bytes are held now.</summary>
    public long Held
    {
        get
        {
            lock (_lock)
            {
                return _total;
            }
        }
    }

    /// <summary>The lease of this request on the budget, until it has been answered.</summary>
    public BudgetLease Begin(HttpContext http)
    {
        var lease = CallerOf(http) is { } known
            ? new BudgetLease(this, known, isAnonymous: false)
            : new BudgetLease(this, $"address {AddressOf(http)}", isAnonymous: true);
        http.Response.RegisterForDispose(lease);
        return lease;
    }

    /// <summary>True when these bytes may be held as well; they are then counted.</summary>
    public bool TryTake(string caller, bool isAnonymous, long bytes)
    {
        lock (_lock)
        {
            var own = _callers.GetValueOrDefault(caller) + bytes;
            if (own > maxPerCaller || _total + bytes > maxTotal || (isAnonymous && _anonymous + bytes > maxTotal / AnonymousShares))
            {
                return false;
            }

            _callers[caller] = own;
            _total += bytes;
            _anonymous += isAnonymous ? bytes : 0;
            return true;
        }
    }

    /// <summary>These bytes are held no longer.</summary>
    public void Return(string caller, bool isAnonymous, long bytes)
    {
        lock (_lock)
        {
            _total -= bytes;
            _anonymous -= isAnonymous ? bytes : 0;
            if ((_callers[caller] -= bytes) == 0)
            {
                _callers.Remove(caller);
            }
        }
    }

    private static string? CallerOf(HttpContext http) =>
        http.Features.Get<RunnerSession>() is { } session ? $"session {session.Id}"
        : http.Features.Get<User>() is { } user ? $"user {user.Id}"
        : null;

    private static string AddressOf(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address ? RateLimitPartitionKey.For(address).ToString() : "";
}

/// <summary>The share of a budget that one request holds; to dispose of it gives it back.</summary>
internal sealed class BudgetLease(RequestBudget budget, string caller, bool isAnonymous) : IDisposable
{
    private long _bytes;

    /// <summary>So many more; throws <see cref="OverBudgetException"/> when they are too many.</summary>
    public void Take(long bytes)
    {
        if (bytes > 0 && !budget.TryTake(caller, isAnonymous, bytes))
        {
            throw new OverBudgetException();
        }

        _bytes += bytes;
    }

    public void Dispose()
    {
        if (_bytes > 0)
        {
            budget.Return(caller, isAnonymous, _bytes);
            _bytes = 0;
        }
    }
}

/// <summary>More bytes are in flight than this silo allows, of this caller or of all: retry later.</summary>
internal sealed class OverBudgetException()
    : RetryLaterException("Too much is being sent at the same time: retry later", TimeSpan.FromSeconds(1));

/// <summary>The budgets of a silo: for bodies in memory, and for zips on disk that are being received.</summary>
internal sealed record RequestBudgets(RequestBudget Memory, RequestBudget Disk)
{
    private const long MemoryPerCaller = 64L << 20;
    private const long TotalMemory = 256L << 20;
    private const int UploadsPerCaller = 4;
    private const int TotalUploads = 16;

    /// <summary>The usual ones; a caller's share holds several of the largest requests there are.</summary>
    public static RequestBudgets For(ApiOptions options) => new(
        new RequestBudget(MemoryPerCaller, TotalMemory),
        new RequestBudget((long)UploadsPerCaller * options.UploadLimit, (long)TotalUploads * options.UploadLimit));

    /// <summary>The budgets of the request's silo.</summary>
    public static RequestBudgets Of(HttpContext http) => http.RequestServices.GetRequiredService<RequestBudgets>();
}
