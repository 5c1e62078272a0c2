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
public sealed class FakeIron : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<FakeAnswer>> _answers = new();
    private readonly ConcurrentQueue<SeenRequest> _requests = new();
    private readonly WebApplication _server;

    private FakeIron()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(AnswerAsync);
    }

    public Uri Url => new(_server.Urls.First());

    public IReadOnlyList<SeenRequest> Requests => [.. _requests];

    public static async Task<FakeIron> StartAsync()
    {
        var fake = new FakeIron();
        await fake._server.StartAsync();
        return fake;
    }

    /// <summary>Sets the answers to one call, given in turn; the last is given from then on.</summary>
    /// <param name="call">Method and path, such as <c>GET /2/clusters</c>.</param>
    /// <param name="answers">What to answer.</param>
    public void On(string call, params FakeAnswer[] answers) => _answers[call] = new(answers);

    public SeenRequest Single(string call) => Assert.Single(Requests, request => request.Call == call);

    public int Count(string call) => Requests.Count(request => request.Call == call);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var seen = await SeenRequest.ReadAsync(context.Request);
        _requests.Enqueue(seen);
        var answer = Next(seen.Call);
        answer.Asked.TrySetResult();
        if (answer.HangsUp)
        {
            context.Abort();
            return;
        }

        await answer.Until.WaitAsync(context.RequestAborted);
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.ContentType;
        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(answer.Body), context.RequestAborted);
    }

    private FakeAnswer Next(string call)
    {
        if (!_answers.TryGetValue(call, out var queue))
        {
            return FakeAnswer.Refusal(404, $"nothing at {call}");
        }

        return queue.Count > 1 && queue.TryDequeue(out var answer) || queue.TryPeek(out answer)
            ? answer
            : throw new InvalidOperationException($"no answer to {call}");
    }
}
