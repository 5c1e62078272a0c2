using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Xunit;

namespace OrleansHybrid.Support.Iron;

/// <summary>
/// A real HTTP server on a loopback socket that answers as a test tells it to and remembers what it was asked, so that
/// the real client is tested down to its bytes.
/// </summary>
public sealed class FakeIronServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<FakeResponse>> _answers = new();
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly WebApplication _server;

    private FakeIronServer()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(HandleAsync);
    }

    public Uri Url => new(_server.Urls.First());

    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    public static async Task<FakeIronServer> StartAsync()
    {
        var fake = new FakeIronServer();
        await fake._server.StartAsync();
        return fake;
    }

    /// <summary>Sets the answers to one call, given in turn; the last is given from then on.</summary>
    /// <param name="call">Method and path, such as <c>GET /2/clusters</c>.</param>
    /// <param name="responses">The responses.</param>
    public void On(string call, params FakeResponse[] responses) => _answers[call] = new(responses);

    public RecordedRequest Single(string call) => Assert.Single(Requests, request => request.Call == call);

    public int Count(string call) => Requests.Count(request => request.Call == call);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var seen = await RecordedRequest.ReadAsync(context.Request);
        _requests.Enqueue(seen);
        var answer = Next(seen.Call);
        answer.Requested.TrySetResult();
        if (answer.AbortsConnection)
        {
            context.Abort();
            return;
        }

        await answer.HeldUntil.WaitAsync(context.RequestAborted);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(answer.Body), context.RequestAborted);
    }

    private FakeResponse Next(string call)
    {
        if (!_answers.TryGetValue(call, out var queue))
        {
            return FakeResponse.Error(404, $"nothing at {call}");
        }

        return queue.Count > 1 && queue.TryDequeue(out var answer) || queue.TryPeek(out answer)
            ? answer
            : throw new InvalidOperationException($"no answer to {call}");
    }
}
