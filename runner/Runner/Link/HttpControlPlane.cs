using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Orleans.Hybrid.Contracts.Runners;

namespace Orleans.Hybrid.Runner.Link;

/// <summary>The control plane over outbound HTTPS; proxies and private CAs come from the usual environment.</summary>
internal sealed class HttpControlPlane(Uri address, TimeProvider time) : IControlPlane, IDisposable
{
    // A claim can bring many payloads of 64 KiB; an answer beyond this is not the control plane's.
    private const int LargestAnswer = 128 * 1024 * 1024;

    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15);

    private static readonly Call<EnrolRequest, EnrolAnswer> Enrol = new("enrol", Json.EnrolRequest, Json.EnrolAnswer);
    private static readonly Call<ClaimRequest, ClaimAnswer> Claim = new("claim", Json.ClaimRequest, Json.ClaimAnswer);
    private static readonly Call<LogRequest, ReportAnswer> Log = new("log", Json.LogRequest, Json.ReportAnswer);

    private static readonly Call<HeartbeatRequest, HeartbeatAnswer> Heartbeat =
        new("heartbeat", Json.HeartbeatRequest, Json.HeartbeatAnswer);

    private static readonly Call<ReleaseRequest, ReportAnswer> Release =
        new("release", Json.ReleaseRequest, Json.ReportAnswer);

    private static readonly Call<FinishRequest, ReportAnswer> Finish =
        new("finish", Json.FinishRequest, Json.ReportAnswer);

    private readonly HttpClient calls = Client(address);
    private readonly HttpClient heartbeats = Client(address);

    private static RunnerJson Json => RunnerJson.Default;

    public Task<EnrolAnswer> EnrolAsync(string clusterToken, EnrolRequest request, CancellationToken cancel)
    {
        return AskAsync(calls, Enrol, clusterToken, request, CallTimeout, cancel);
    }

    public Task<ClaimAnswer> ClaimAsync(
        string credential, ClaimRequest request, TimeSpan patience, CancellationToken cancel)
    {
        return AskAsync(calls, Claim, credential, request, patience + CallTimeout, cancel);
    }

    public async Task<HeartbeatAnswer> HeartbeatAsync(
        string credential, HeartbeatRequest request, TimeSpan timeout, CancellationToken cancel)
    {
        var answer = await AskAsync(heartbeats, Heartbeat, credential, request, timeout, cancel);
        return answer.Leases.Count == request.Leases.Count ? answer : throw Unreadable(Heartbeat.Verb, null);
    }

    public async Task ReleaseAsync(string credential, ReleaseRequest request, CancellationToken cancel)
    {
        await ReportAsync(Release, credential, request, request.Leases.Count, cancel);
    }

    public Task<IReadOnlyList<string>> LogAsync(string credential, LogRequest request, CancellationToken cancel)
    {
        return ReportAsync(Log, credential, request, request.Pieces.Count, cancel);
    }

    public Task<IReadOnlyList<string>> FinishAsync(
        string credential, FinishRequest request, CancellationToken cancel)
    {
        return ReportAsync(Finish, credential, request, request.Results.Count, cancel);
    }

    public void Dispose()
    {
        calls.Dispose();
        heartbeats.Dispose();
    }

    private static HttpClient Client(Uri address)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        var client = new HttpClient(handler)
        {
            BaseAddress = new Uri(address.AbsoluteUri.TrimEnd('/') + "/runner/v1/"),
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = LargestAnswer,
        };
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("orleans-hybrid-runner", Product.Version));
        return client;
    }

    private async Task<IReadOnlyList<string>> ReportAsync<TRequest>(
        Call<TRequest, ReportAnswer> call, string credential, TRequest request, int items, CancellationToken cancel)
    {
        try
        {
            var answer = await AskAsync(calls, call, credential, request, CallTimeout, cancel);
            return answer.Statuses.Count == items ? answer.Statuses : throw Unreadable(call.Verb, null);
        }
        catch (ControlPlaneException e) when (e.Trouble == LinkTrouble.Stale)
        {
            return [.. Enumerable.Repeat(ReportStatus.Stale, items)];
        }
    }

    private async Task<TAnswer> AskAsync<TRequest, TAnswer>(
        HttpClient client,
        Call<TRequest, TAnswer> call,
        string credential,
        TRequest request,
        TimeSpan timeout,
        CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        using var message = call.Message(credential, request);
        try
        {
            using var response = await client.SendAsync(message, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return response.IsSuccessStatusCode
                ? JsonSerializer.Deserialize(body, call.Answer) ?? throw Unreadable(call.Verb, null)
                : throw Refusal.Of(call.Verb, response, body, time);
        }
        catch (JsonException e)
        {
            throw Unreadable(call.Verb, e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            var text = $"{call.Verb}: no answer within {timeout.TotalSeconds:0.#} s";
            throw new ControlPlaneException(text, LinkTrouble.Passing, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ControlPlaneException($"{call.Verb}: {e.Message}", LinkTrouble.Passing, e);
        }
    }

    // A proxy's login page, or a server of another kind: another try may meet the right one.
    private static ControlPlaneException Unreadable(string verb, Exception? inner)
    {
        var text = $"{verb}: the answer is not the runner protocol's; check the address and the proxy";
        return new ControlPlaneException(text, LinkTrouble.Passing, inner);
    }

    /// <summary>One verb of the protocol with the shapes that go out and come back.</summary>
    private sealed record Call<TRequest, TAnswer>(
        string Verb, JsonTypeInfo<TRequest> Request, JsonTypeInfo<TAnswer> Answer)
    {
        public HttpRequestMessage Message(string credential, TRequest request)
        {
            // Bytes rather than a stream: some proxies want a Content-Length.
            var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, Request));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            return new HttpRequestMessage(HttpMethod.Post, Verb)
            {
                Headers = { Authorization = new AuthenticationHeaderValue("Bearer", credential) },
                Content = content,
            };
        }
    }
}
