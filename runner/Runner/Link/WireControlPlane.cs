using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.RunnerDoor;

namespace OrleansHybrid.Runner.Link;

/// <summary>The runner protocol over whatever carries its requests and answers; a link says how one exchange is done.</summary>
internal abstract class WireControlPlane(TimeProvider time) : IControlPlane
{
    protected const string HeartbeatVerb = "heartbeat";

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15);

    // A piece is a megabyte and more, and lines may be slow.
    private static readonly TimeSpan ZipTimeout = TimeSpan.FromSeconds(60);

    private static readonly Call<EnrolRequest, EnrolAnswer> Enrol = new(
        "enrol", Json.EnrolRequest, Json.EnrolAnswer, AnswerValidator.ProblemOf, (way, token, request) => way.Session.Enrol(token, request));

    private static readonly Call<ClaimRequest, ClaimAnswer> Claim = new(
        "claim",
        Json.ClaimRequest,
        Json.ClaimAnswer,
        AnswerValidator.ProblemOf,
        (way, credential, request) => way.Session.Claim(credential, request, way.Observer, way.Cancel));

    private static readonly Call<HeartbeatRequest, HeartbeatAnswer> Heartbeat = new(
        HeartbeatVerb, Json.HeartbeatRequest, Json.HeartbeatAnswer, AnswerValidator.ProblemOf, (way, credential, request) => way.Session.Heartbeat(credential, request));

    private static readonly Call<ReleaseRequest, ReportAnswer> Release = new(
        "release", Json.ReleaseRequest, Json.ReportAnswer, AnswerValidator.ProblemOf, (way, credential, request) => way.Session.Release(credential, request));

    private static readonly Call<LogRequest, ReportAnswer> Log = new(
        "log", Json.LogRequest, Json.ReportAnswer, AnswerValidator.ProblemOf, (way, credential, request) => way.Session.Log(credential, request));

    private static readonly Call<ZipRequest, ZipAnswer> Zip = new(
        "zip", Json.ZipRequest, Json.ZipAnswer, AnswerValidator.ProblemOf, (way, credential, request) => way.Session.Zip(credential, request));

    private static readonly Call<FinishRequest, ReportAnswer> Finish = new(
        "finish", Json.FinishRequest, Json.ReportAnswer, AnswerValidator.ProblemOf, (way, credential, request) => way.Session.Finish(credential, request));

    private static RunnerJson Json => RunnerJson.Default;

    public virtual Task<EnrolAnswer> EnrolAsync(string clusterToken, EnrolRequest request, CancellationToken cancellationToken)
    {
        return AskAsync(Enrol, clusterToken, request, CallTimeout, cancellationToken);
    }

    public Task<ClaimAnswer> ClaimAsync(
        string credential, ClaimRequest request, TimeSpan patience, CancellationToken cancellationToken)
    {
        return AskAsync(Claim, credential, request, patience + CallTimeout, cancellationToken);
    }

    public async Task<HeartbeatAnswer> HeartbeatAsync(
        string credential, HeartbeatRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(Heartbeat, credential, request, timeout, cancellationToken);
        return answer.Leases.Count == request.Leases.Count ? answer : throw Unreadable(Heartbeat.Verb, null);
    }

    public async Task ReleaseAsync(string credential, ReleaseRequest request, CancellationToken cancellationToken)
    {
        await ReportAsync(Release, credential, request, request.Leases.Count, cancellationToken);
    }

    public Task<IReadOnlyList<string>> LogAsync(string credential, LogRequest request, CancellationToken cancellationToken)
    {
        return ReportAsync(Log, credential, request, request.Pieces.Count, cancellationToken);
    }

    public async Task<byte[]> ZipAsync(string credential, ZipRequest request, CancellationToken cancellationToken)
    {
        return (await AskAsync(Zip, credential, request, ZipTimeout, cancellationToken)).Data;
    }

    public Task<IReadOnlyList<string>> FinishAsync(
        string credential, FinishRequest request, CancellationToken cancellationToken)
    {
        return ReportAsync(Finish, credential, request, request.Results.Count, cancellationToken);
    }

    /// <summary>What is to be said of the way there when something went wrong on it, such as the proxy; empty when it leads straight there.</summary>
    protected virtual string Way => "";

    /// <summary>
    /// Sends one request and gives its answer, whatever its status. Throws <see cref="ControlPlaneException"/> when there is none, and
    /// <see cref="JsonException"/> when it is not the protocol's.
    /// </summary>
    protected abstract Task<WireReply<TAnswer>> ExchangeAsync<TRequest, TAnswer>(
        Call<TRequest, TAnswer> call, string credential, TRequest request, CancellationToken cancellationToken)
        where TAnswer : class;

    private async Task<IReadOnlyList<string>> ReportAsync<TRequest>(
        Call<TRequest, ReportAnswer> call, string credential, TRequest request, int items, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await AskAsync(call, credential, request, CallTimeout, cancellationToken);
            return answer.Statuses.Count == items ? answer.Statuses : throw Unreadable(call.Verb, null);
        }
        catch (ControlPlaneException ex) when (ex.Trouble == LinkTrouble.Stale)
        {
            return [.. Enumerable.Repeat(ReportStatus.Stale, items)];
        }
    }

    private async Task<TAnswer> AskAsync<TRequest, TAnswer>(
        Call<TRequest, TAnswer> call, string credential, TRequest request, TimeSpan timeout, CancellationToken cancellationToken)
        where TAnswer : class
    {
        using var patience = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var reply = await ExchangeAsync(call, credential, request, either.Token);
            return reply.Status is >= 200 and < 300
                ? Checked(call, reply.Value)
                : throw Refusal.Of(call.Verb, reply.Status, reply.Message, reply.RetryAfter);
        }
        catch (JsonException ex)
        {
            throw Unreadable(call.Verb, ex);
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            var text = $"{call.Verb}: no answer within {timeout.TotalSeconds:0.#} s{Way}";
            throw new ControlPlaneException(text, LinkTrouble.Passing, ex);
        }
    }

    private TAnswer Checked<TRequest, TAnswer>(Call<TRequest, TAnswer> call, TAnswer? answer)
        where TAnswer : class
    {
        return answer is null ? throw Unreadable(call.Verb, null)
            : call.ProblemOf(answer) is { } member ? throw Malformed(call.Verb, member)
            : answer;
    }

    // What is wrong is told by its place: the value itself is the control plane's, and may be made to do harm in a log.
    private static ControlPlaneException Malformed(string verb, string member)
    {
        var text = $"{verb}: {member} in the answer has not the form that the runner protocol gives it, so that nothing of it is done; "
            + "check that the address is a control plane of this product";
        return new ControlPlaneException(text, LinkTrouble.Passing);
    }

    // A proxy's login page, or a server of another kind: another try may meet the right one.
    private ControlPlaneException Unreadable(string verb, Exception? inner)
    {
        var text = $"{verb}: the answer{Way} is not the runner protocol's; check the address, and what stands before it";
        return new ControlPlaneException(text, LinkTrouble.Passing, inner);
    }
}

/// <summary>
/// One verb of the protocol: the shapes that go out and come back, what an answer is looked at with, and how it is called through a gateway.
/// </summary>
internal sealed record Call<TRequest, TAnswer>(
    string Verb,
    JsonTypeInfo<TRequest> Request,
    JsonTypeInfo<TAnswer> Answer,
    Func<TAnswer, string?> ProblemOf,
    GatewayCall<TRequest, TAnswer> ThroughGateway)
    where TAnswer : class;

/// <summary>Calls the grain of the session.</summary>
internal delegate Task<RunnerReply<TAnswer>> GatewayCall<in TRequest, TAnswer>(GatewayWay way, string credential, TRequest request)
    where TAnswer : class;

/// <summary>What a call through a gateway is made with.</summary>
internal readonly record struct GatewayWay(IRunnerSessionGrain Session, IRunnerObserver Observer, CancellationToken Cancel);

/// <summary>A reply as it came: a status of HTTP, a value or why there is none, and how long the control plane asks to be left alone.</summary>
internal sealed record WireReply<TAnswer>(int Status, TAnswer? Value, string? Message, TimeSpan? RetryAfter)
    where TAnswer : class;
