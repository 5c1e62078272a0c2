using System.Net;

namespace OrleansHybrid.Client;

/// <summary>Does a call again while the server asks to come again, or can't be connected to.</summary>
internal sealed class ClientRetry(HybridOptions options)
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    public async Task<T> ExecuteAsync<T>(Func<Task<T>> call, bool isReadOnly, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (HybridException ex) when (attempt < options.MaxAttempts && ShouldRetry(ex, isReadOnly))
            {
                await Task.Delay(GetDelay(attempt, ex), options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// 503, and a connection that never came about, mean that nothing was done. Any other trouble leaves that open, so only
    /// reading may be repeated.
    /// </summary>
    private static bool ShouldRetry(HybridException trouble, bool isReadOnly) =>
        trouble.Status == HttpStatusCode.ServiceUnavailable
        || trouble.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }
        || (trouble.IsTransient && isReadOnly);

    private static TimeSpan GetDelay(int attempt, HybridException trouble)
    {
        // Half of it by chance, so that clients which failed together do not come back together.
        var share = 0.5 + (Random.Shared.NextDouble() / 2);
        var backoff = TimeSpan.FromMilliseconds(100 * Math.Pow(2, attempt - 1) * share);
        var pause = trouble.RetryAfter is { } asked && asked > backoff ? asked : backoff;
        return pause < MaxDelay ? pause : MaxDelay;
    }
}
