using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.RunnerProtocol;

/// <summary>
/// The edge for runners that call through a session's grain, as <see cref="ApiExceptionHandler"/> is for HTTP: the same credentials, the same
/// calls, and whatever goes wrong inside is an answer.
/// </summary>
internal sealed partial class RunnerApi(RunnerProtocolService calls, SessionAuthenticator sessions, TimeProvider time, ILogger<RunnerApi> log) : IRunnerApi
{
    // A call between grains is given up after 30 s.
    private static readonly TimeSpan MaxPollTime = TimeSpan.FromSeconds(15);

    public async Task<bool> OwnsAsync(string credential, string sessionId)
    {
        try
        {
            return credential is not null && await sessions.AuthenticateAsync(credential, CancellationToken.None) is { } session && session.Id == sessionId;
        }
        catch (Exception ex) when (ApiResults.GetRetryReason(ex) is not null)
        {
            return false;
        }
    }

    public Task<RunnerReply<EnrolResponse>> EnrolAsync(string clusterToken, EnrolRequest request) => ExecuteAsync(
        RunnerOperation.Enrol, clusterToken, request, cancellationToken => calls.EnrolAsync(clusterToken, request, cancellationToken), CancellationToken.None);

    public Task<RunnerReply<ClaimResponse>> ClaimAsync(string credential, ClaimRequest request, CancellationToken cancellationToken) =>
        ExecuteAsync("claim", credential, request, calls.ClaimAsync, cancellationToken);

    public Task<RunnerReply<HeartbeatResponse>> HeartbeatAsync(string credential, HeartbeatRequest request) =>
        ExecuteAsync("heartbeat", credential, request, calls.HeartbeatAsync);

    public Task<RunnerReply<AcknowledgeResponse>> ReleaseAsync(string credential, ReleaseRequest request) =>
        ExecuteAsync("release", credential, request, calls.ReleaseAsync);

    public Task<RunnerReply<AcknowledgeResponse>> LogAsync(string credential, LogUploadRequest request) =>
        ExecuteAsync("log", credential, request, calls.LogAsync);

    public Task<RunnerReply<ZipResponse>> ZipAsync(string credential, ZipRequest request) =>
        ExecuteAsync("zip", credential, request, calls.ZipAsync);

    public Task<RunnerReply<AcknowledgeResponse>> FinishAsync(string credential, FinishRequest request) =>
        ExecuteAsync("finish", credential, request, calls.FinishAsync);

    private Task<RunnerReply<TResponse>> ExecuteAsync<TRequest, TResponse>(
        string operation, string credential, TRequest request, RunnerRequestHandler<TRequest, TResponse> handler, CancellationToken cancellationToken = default)
        where TRequest : class
        where TResponse : class => ExecuteAsync(
            operation,
            credential,
            request,
            async end => await sessions.AuthenticateAsync(credential, end) is { } session
                ? await handler(session, request, end)
                : RunnerReplies.WrongCredential<TResponse>(),
            cancellationToken);

    private async Task<RunnerReply<TResponse>> ExecuteAsync<TResponse>(
        string operation, string? credential, object? request, Func<CancellationToken, Task<RunnerReply<TResponse>>> handler, CancellationToken cancellationToken)
        where TResponse : class
    {
        if (credential is null || request is null)
        {
            return RunnerReplies.FromError<TResponse>(ApiResults.FromStatus(StatusCodes.Status400BadRequest));
        }

        using var over = new CancellationTokenSource(MaxPollTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            RunnerBody.RejectNulls(request);

            // Off the grain that asks: an edge may be made known to grains, and that can't be done from inside one.
            return await Task.Run(() => handler(either.Token), CancellationToken.None);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return RunnerReplies.FromError<TResponse>(
                ApiResults.Message("This took too long: retry later", StatusCodes.Status503ServiceUnavailable));
        }
        catch (Exception ex)
        {
            var result = ApiResults.FromException(ex);
            if (result.Status == StatusCodes.Status500InternalServerError)
            {
                Failed(operation, ex);
            }

            var reply = RunnerReplies.FromError<TResponse>(result);
            return ApiResults.GetRetryReason(ex) is null ? reply : reply with { RetryAfterSeconds = ApiResults.GetRetryAfterSeconds(ex) };
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Unhandled exception processing a runner's {Verb} call at a gateway")]
    private partial void Failed(string verb, Exception exception);
}
