using System.Net;
using Polly;
using Polly.Retry;

namespace OrleansHybrid.Client;

/// <summary>Retries a call while the server returns 503 or can't be connected to.</summary>
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

    /// <summary>A caller that cancelled gets that exception, not the failure after which another attempt would have followed.</summary>
    private static bool IsWanted(RetryPredicateArguments<object> tried, HybridOptions options)
    {
        if (tried.AttemptNumber < options.MaxAttempts - 1)
        {
            tried.Context.CancellationToken.ThrowIfCancellationRequested();
        }

        return true;
    }

    /// <summary>
    /// 503, and a connection that was never made, mean that nothing was done. After any other failure that is not known, so only
    /// reads are retried.
    /// </summary>
    private static bool ShouldRetry(HybridException ex, bool isReadOnly) =>
        ex.Status == HttpStatusCode.ServiceUnavailable
        || ex.InnerException is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }
        || (ex.IsTransient && isReadOnly);

    private static TimeSpan GetDelay(int failures, HybridException ex)
    {
        // Half of it is random, so that clients that failed together don't retry together.
        var share = 0.5 + (Random.Shared.NextDouble() / 2);
        var backoff = TimeSpan.FromMilliseconds(100 * Math.Pow(2, failures) * share);
        var pause = ex.RetryAfter is { } asked && asked > backoff ? asked : backoff;
        return pause < MaxDelay ? pause : MaxDelay;
    }
}
