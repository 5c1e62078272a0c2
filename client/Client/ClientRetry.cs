using System.Net;
using Polly;
using Polly.Retry;

namespace OrleansHybrid.Client;

/// <summary>Does a call again while the server asks to come again, or can't be connected to.</summary>
internal sealed class ClientRetry(HybridOptions options)
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    private readonly ResiliencePipeline _changes = CreatePipeline(options, isReadOnly: false);
    private readonly ResiliencePipeline _reads = CreatePipeline(options, isReadOnly: true);

    public async Task<T> ExecuteAsync<T>(Func<Task<T>> call, bool isReadOnly, CancellationToken cancellationToken) =>
        await (isReadOnly ? _reads : _changes)
            .ExecuteAsync(static async (call, _) => await call().ConfigureAwait(false), call, cancellationToken)
            .ConfigureAwait(false);

    private static ResiliencePipeline CreatePipeline(HybridOptions options, bool isReadOnly) => options.MaxAttempts > 1
        ? new ResiliencePipelineBuilder { TimeProvider = options.TimeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = options.MaxAttempts - 1,
                ShouldHandle = tried => ValueTask.FromResult(
                    tried.Outcome.Exception is HybridException ex && ShouldRetry(ex, isReadOnly) && IsWanted(tried, options)),
                DelayGenerator = tried => ValueTask.FromResult<TimeSpan?>(
                    GetDelay(tried.AttemptNumber, (HybridException)tried.Outcome.Exception!)),
            })
            .Build()
        : ResiliencePipeline.Empty;

    /// <summary>Whoever cancelled is told of that, and not of the failure after which another attempt would have followed.</summary>
    private static bool IsWanted(RetryPredicateArguments<object> tried, HybridOptions options)
    {
        if (tried.AttemptNumber < options.MaxAttempts - 1)
        {
            tried.Context.CancellationToken.ThrowIfCancellationRequested();
        }

        return true;
    }

    /// <summary>
    /// 503, and a connection that never came about, mean that nothing was done. Any other trouble leaves that open, so only
    /// reading may be repeated.
    /// </summary>
    private static bool ShouldRetry(HybridException trouble, bool isReadOnly) =>
        trouble.Status == HttpStatusCode.ServiceUnavailable
        || trouble.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }
        || (trouble.IsTransient && isReadOnly);

    private static TimeSpan GetDelay(int failures, HybridException trouble)
    {
        // Half of it by chance, so that clients which failed together do not come back together.
        var share = 0.5 + (Random.Shared.NextDouble() / 2);
        var backoff = TimeSpan.FromMilliseconds(100 * Math.Pow(2, failures) * share);
        var pause = trouble.RetryAfter is { } asked && asked > backoff ? asked : backoff;
        return pause < MaxDelay ? pause : MaxDelay;
    }
}
