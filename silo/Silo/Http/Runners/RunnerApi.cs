using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.RunnerDoor;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Runners;

/// <summary>
/// The edge for runners that call through a session's grain, as <see cref="RequestRim"/> is for HTTP: the same credentials, the same
/// calls, and whatever goes wrong inside is an answer.
/// </summary>
internal sealed partial class RunnerApi(RunnerCalls calls, Sessions sessions, TimeProvider time, ILogger<RunnerApi> log) : IRunnerApi
{
    // A call between grains is given up after 30 s.
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(15);

    public async Task<bool> OwnsAsync(string credential, string sessionId)
    {
        try
        {
            return credential is not null && await sessions.FindAsync(credential, CancellationToken.None) is { } session && session.Id == sessionId;
        }
        catch (Exception ex) when (Answers.WhyComeAgain(ex) is not null)
        {
            return false;
        }
    }

    public Task<RunnerReply<EnrolAnswer>> EnrolAsync(string clusterToken, EnrolRequest request) => AnswerAsync(
        RunnerVerb.Enrol, clusterToken, request, cancellationToken => calls.EnrolAsync(clusterToken, request, cancellationToken), CancellationToken.None);

    public Task<RunnerReply<ClaimAnswer>> ClaimAsync(string credential, ClaimRequest request, CancellationToken cancellationToken) =>
        AnswerAsync("claim", credential, request, calls.ClaimAsync, cancellationToken);

    public Task<RunnerReply<HeartbeatAnswer>> HeartbeatAsync(string credential, HeartbeatRequest request) =>
        AnswerAsync("heartbeat", credential, request, calls.HeartbeatAsync);

    public Task<RunnerReply<ReportAnswer>> ReleaseAsync(string credential, ReleaseRequest request) =>
        AnswerAsync("release", credential, request, calls.ReleaseAsync);

    public Task<RunnerReply<ReportAnswer>> LogAsync(string credential, LogRequest request) =>
        AnswerAsync("log", credential, request, calls.LogAsync);

    public Task<RunnerReply<ZipAnswer>> ZipAsync(string credential, ZipRequest request) =>
        AnswerAsync("zip", credential, request, calls.ZipAsync);

    public Task<RunnerReply<ReportAnswer>> FinishAsync(string credential, FinishRequest request) =>
        AnswerAsync("finish", credential, request, calls.FinishAsync);

    private Task<RunnerReply<TAnswer>> AnswerAsync<TRequest, TAnswer>(
        string verb, string credential, TRequest request, RunnerCall<TRequest, TAnswer> call, CancellationToken cancellationToken = default)
        where TRequest : class
        where TAnswer : class => AnswerAsync(
            verb,
            credential,
            request,
            async end => await sessions.FindAsync(credential, end) is { } session
                ? await call(session, request, end)
                : RunnerReplies.WrongCredential<TAnswer>(),
            cancellationToken);

    private async Task<RunnerReply<TAnswer>> AnswerAsync<TAnswer>(
        string verb, string? credential, object? request, Func<CancellationToken, Task<RunnerReply<TAnswer>>> answer, CancellationToken cancellationToken)
        where TAnswer : class
    {
        if (credential is null || request is null)
        {
            return RunnerReplies.Refused<TAnswer>(Answers.Bare(StatusCodes.Status400BadRequest));
        }

        using var over = new CancellationTokenSource(LongestPoll, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, cancellationToken);
        try
        {
            // Off the grain that asks: an edge may be made known to grains, and that can't be done from inside one.
            return await Task.Run(() => answer(either.Token), CancellationToken.None);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return RunnerReplies.Refused<TAnswer>(
                Answers.Message("This took too long: come again", StatusCodes.Status503ServiceUnavailable));
        }
        catch (Exception ex)
        {
            var told = Answers.Of(ex);
            if (told.Status == StatusCodes.Status500InternalServerError)
            {
                Failed(verb, ex);
            }

            var reply = RunnerReplies.Refused<TAnswer>(told);
            return Answers.WhyComeAgain(ex) is null ? reply : reply with { RetryAfterSeconds = Answers.SecondsUntilAgain(ex) };
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The call {Verb} of a runner at a gateway failed: this is a bug")]
    private partial void Failed(string verb, Exception trouble);
}
