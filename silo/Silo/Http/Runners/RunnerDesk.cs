using Orleans.Hybrid.Grains.Runners;
using Orleans.Hybrid.Silo.Security;

namespace Orleans.Hybrid.Silo.Http.Runners;

/// <summary>
/// The rim for runners that call through a session's grain, as <see cref="RequestRim"/> is for HTTP: the same credentials, the same
/// limits, the same calls, and whatever goes wrong inside is an answer.
/// </summary>
internal sealed partial class RunnerDesk(
    RunnerCalls calls, Sessions sessions, TimeProvider time, ILogger<RunnerDesk> log) : IRunnerDesk
{
    // A call between grains is given up after 30 s.
    private static readonly TimeSpan LongestPoll = TimeSpan.FromSeconds(15);

    public async Task<(int Status, byte[] Body)> AnswerAsync(
        string verb, string credential, byte[] request, CancellationToken gone)
    {
        using var over = new CancellationTokenSource(LongestPoll, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, gone);

        // Off the grain that asks: an edge may be made known to grains, and that can't be done from inside one.
        var answer = await Task.Run(
            () => AnswerOrExplainAsync(verb, credential, request, either.Token), CancellationToken.None);
        return (answer.Status, answer.Body);
    }

    private async Task<JsonAnswer> AnswerOrExplainAsync(
        string name, string credential, byte[] request, CancellationToken gone)
    {
        try
        {
            return name == RunnerVerb.Enrol
                ? await EnrolAsync(credential, request, gone)
                : RunnerVerb.OfSessions.FirstOrDefault(verb => verb.Name == name) is { } known
                    ? await DoAsync(known, credential, request, gone)
                    : Answers.Bare(StatusCodes.Status404NotFound);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            return Answers.Message("This took too long: come again", StatusCodes.Status503ServiceUnavailable);
        }
        catch (Exception trouble)
        {
            var answer = Answers.Of(trouble);
            if (answer.Status == StatusCodes.Status500InternalServerError)
            {
                Failed(name, trouble);
            }

            return answer;
        }
    }

    private async Task<JsonAnswer> EnrolAsync(string clusterToken, byte[] request, CancellationToken gone) =>
        request.Length <= RunnerVerb.LargestEnrolment
            ? await calls.EnrolAsync(clusterToken, request, gone)
            : Answers.Bare(StatusCodes.Status413PayloadTooLarge);

    private async Task<JsonAnswer> DoAsync(
        RunnerVerb verb, string credential, byte[] request, CancellationToken gone) =>
        await sessions.FindAsync(credential, gone) is not { } session ? Answers.WrongCredential
            : request.Length <= verb.LargestRequest ? await verb.Do(calls, session, request, gone)
            : Answers.Bare(StatusCodes.Status413PayloadTooLarge);

    [LoggerMessage(1, LogLevel.Error, "The call {Verb} of a runner that is a silo failed: this is a bug")]
    private partial void Failed(string verb, Exception trouble);
}
