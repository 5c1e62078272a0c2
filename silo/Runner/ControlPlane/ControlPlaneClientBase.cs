using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>The runner protocol over any transport; a derived class does one exchange.</summary>
internal abstract class ControlPlaneClientBase(TimeProvider time) : IControlPlaneClient
{
    protected const string HeartbeatOperation = "heartbeat";

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15);

    // A piece is a megabyte and more, and lines may be slow.
    private static readonly TimeSpan ZipTimeout = TimeSpan.FromSeconds(60);

    private static readonly ProtocolCall<EnrolRequest, EnrolResponse> Enrol = new(
        "enrol", Json.EnrolRequest, Json.EnrolResponse, ResponseValidator.FindProblem, (way, token, request) => way.Session.Enrol(token, request));

    private static readonly ProtocolCall<ClaimRequest, ClaimResponse> Claim = new(
        "claim",
        Json.ClaimRequest,
        Json.ClaimResponse,
        ResponseValidator.FindProblem,
        (way, credential, request) => way.Session.Claim(credential, request, way.Observer, way.CancellationToken));

    private static readonly ProtocolCall<HeartbeatRequest, HeartbeatResponse> Heartbeat = new(
        HeartbeatOperation, Json.HeartbeatRequest, Json.HeartbeatResponse, ResponseValidator.FindProblem, (way, credential, request) => way.Session.Heartbeat(credential, request));

    private static readonly ProtocolCall<ReleaseRequest, AcknowledgeResponse> Release = new(
        "release", Json.ReleaseRequest, Json.AcknowledgeResponse, ResponseValidator.FindProblem, (way, credential, request) => way.Session.Release(credential, request));

    private static readonly ProtocolCall<LogUploadRequest, AcknowledgeResponse> Log = new(
        "log", Json.LogUploadRequest, Json.AcknowledgeResponse, ResponseValidator.FindProblem, (way, credential, request) => way.Session.Log(credential, request));

    private static readonly ProtocolCall<ZipRequest, ZipResponse> Zip = new(
        "zip", Json.ZipRequest, Json.ZipResponse, ResponseValidator.FindProblem, (way, credential, request) => way.Session.Zip(credential, request));

    private static readonly ProtocolCall<FinishRequest, AcknowledgeResponse> Finish = new(
        "finish", Json.FinishRequest, Json.AcknowledgeResponse, ResponseValidator.FindProblem, (way, credential, request) => way.Session.Finish(credential, request));

    private static RunnerJson Json => RunnerJson.Default;

    public virtual Task<EnrolResponse> EnrolAsync(string clusterToken, EnrolRequest request, CancellationToken cancellationToken) =>
        SendAsync(Enrol, clusterToken, request, CallTimeout, cancellationToken);

    public Task<ClaimResponse> ClaimAsync(
        string credential, ClaimRequest request, TimeSpan pollTimeout, CancellationToken cancellationToken) =>
        SendAsync(Claim, credential, request, pollTimeout + CallTimeout, cancellationToken);

    public async Task<HeartbeatResponse> HeartbeatAsync(
        string credential, HeartbeatRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var answer = await SendAsync(Heartbeat, credential, request, timeout, cancellationToken);
        return answer.Leases.Length == request.Leases.Length ? answer : throw Unreadable(Heartbeat.Operation, null);
    }

    public async Task ReleaseAsync(string credential, ReleaseRequest request, CancellationToken cancellationToken) =>
        await SendReportAsync(Release, credential, request, request.Leases.Length, cancellationToken);

    public Task<IReadOnlyList<string>> LogAsync(string credential, LogUploadRequest request, CancellationToken cancellationToken) =>
        SendReportAsync(Log, credential, request, request.Pieces.Length, cancellationToken);

    public async Task<byte[]> ZipAsync(string credential, ZipRequest request, CancellationToken cancellationToken) =>
        (await SendAsync(Zip, credential, request, ZipTimeout, cancellationToken)).Data;

    public Task<IReadOnlyList<string>> FinishAsync(
        string credential, FinishRequest request, CancellationToken cancellationToken) =>
        SendReportAsync(Finish, credential, request, request.Results.Length, cancellationToken);

    /// <summary>The route for error messages, such as the proxy; empty for a direct connection.</summary>
    protected virtual string RouteDescription => "";

    /// <summary>
    /// Sends one request and gives its answer, whatever its status. Throws <see cref="ControlPlaneException"/> when there is none, and
    /// <see cref="JsonException"/> when it is not the protocol's.
    /// </summary>
    protected abstract Task<ControlPlaneReply<TResponse>> ExchangeAsync<TRequest, TResponse>(
        ProtocolCall<TRequest, TResponse> call, string credential, TRequest request, CancellationToken cancellationToken)
        where TResponse : class;

    private async Task<IReadOnlyList<string>> SendReportAsync<TRequest>(
        ProtocolCall<TRequest, AcknowledgeResponse> call, string credential, TRequest request, int items, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await SendAsync(call, credential, request, CallTimeout, cancellationToken);
            return answer.Statuses.Length == items ? answer.Statuses : throw Unreadable(call.Operation, null);
        }
        catch (ControlPlaneException ex) when (ex.Kind == ControlPlaneErrorKind.Stale)
        {
            return [.. Enumerable.Repeat(ReportStatus.Stale, items)];
        }
    }

    private async Task<TResponse> SendAsync<TRequest, TResponse>(
        ProtocolCall<TRequest, TResponse> call, string credential, TRequest request, TimeSpan timeout, CancellationToken cancellationToken)
        where TResponse : class
    {
        using var patience = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var reply = await ExchangeAsync(call, credential, request, either.Token);
            return reply.Status is >= 200 and < 300
                ? Validate(call, reply.Value)
                : throw ControlPlaneErrors.FromStatus(call.Operation, reply.Status, reply.Message, reply.RetryAfter);
        }
        catch (JsonException ex)
        {
            throw Unreadable(call.Operation, ex);
        }
        catch (OperationCanceledException ex) when (!cancellationToken.IsCancellationRequested)
        {
            var text = $"{call.Operation}: no response within {timeout.TotalSeconds:0.#} s{RouteDescription}";
            throw new ControlPlaneException(text, ControlPlaneErrorKind.Transient, ex);
        }
    }

    private TResponse Validate<TRequest, TResponse>(ProtocolCall<TRequest, TResponse> call, TResponse? answer)
        where TResponse : class
    {
        return answer is null ? throw Unreadable(call.Operation, null)
            : call.FindProblem(answer) is { } member ? throw Malformed(call.Operation, member)
            : answer;
    }

    // Only the member's name is shown: its value is the control plane's, and could be crafted to forge log lines.
    private static ControlPlaneException Malformed(string verb, string member)
    {
        var text = $"{verb}: {member} in the response is not valid in the runner protocol; the response is ignored; "
            + "check that the address is a control plane of this product";
        return new ControlPlaneException(text, ControlPlaneErrorKind.Transient);
    }

    // A proxy's login page, or another kind of server: a retry may reach the right one.
    private ControlPlaneException Unreadable(string verb, Exception? inner)
    {
        var text = $"{verb}: the response{RouteDescription} is not of the runner protocol; check the address and the proxies in front of it";
        return new ControlPlaneException(text, ControlPlaneErrorKind.Transient, inner);
    }
}

/// <summary>
/// One operation of the protocol: its request and response types, the response's validator, and how it is called through a gateway.
/// </summary>
internal sealed record ProtocolCall<TRequest, TResponse>(
    string Operation,
    JsonTypeInfo<TRequest> Request,
    JsonTypeInfo<TResponse> Response,
    Func<TResponse, string?> FindProblem,
    GatewayCall<TRequest, TResponse> ThroughGateway)
    where TResponse : class;

/// <summary>Calls the grain of the session.</summary>
internal delegate Task<RunnerReply<TResponse>> GatewayCall<in TRequest, TResponse>(GatewayCallContext way, string credential, TRequest request)
    where TResponse : class;

/// <summary>The connection that calls through a gateway use.</summary>
internal readonly record struct GatewayCallContext(IRunnerSessionGrain Session, IRunnerObserver Observer, CancellationToken CancellationToken);

/// <summary>A reply as it came: a status of HTTP, a value or why there is none, and how long the control plane asks to be left alone.</summary>
internal sealed record ControlPlaneReply<TResponse>(int Status, TResponse? Value, string? Message, TimeSpan? RetryAfter)
    where TResponse : class;
