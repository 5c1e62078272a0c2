using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>A small engine on a real socket: answers as a test says, and refuses what it does not speak.</summary>
internal sealed partial class FakeDockerEngine : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("engine");
    private readonly ConcurrentDictionary<string, Func<HttpContext, Task>> _answers = new();
    private readonly WebApplication _app;

    private FakeDockerEngine()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(SocketPath);
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
        On("GET /version", context => JsonAsync(context, new
        {
            Version = "99.1.2+test",
            ApiVersion,
            MinAPIVersion = MinApiVersion,
            Components = Components.Select(name => new { Name = name }),
        }));
        OnJson("GET /networks/orleans-hybrid", new { Options = new Dictionary<string, string> { ["com.docker.network.bridge.enable_icc"] = "false" } });
        On("GET /info", context => JsonAsync(context, new { NCPU = 4, CpuCfsQuota = true }));
    }

    public string ApiVersion { get; set; } = "1.41";

    public string? MinApiVersion { get; set; } = "1.12";

    public string[] Components { get; set; } = ["Engine", "docker-init"];

    /// <summary>Each request as <c>METHOD /path?query</c>, in order.</summary>
    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>The same engine on a loopback port.</summary>
    public DockerAddress TcpAddress =>
        DockerAddress.Parse($"tcp://{_app.Urls.Select(url => new Uri(url)).Single(url => url.IsLoopback).Authority}");

    private string SocketPath => Path.Combine(_folder.FullName, "e.sock");

    public DockerAddress Address => DockerAddress.Parse($"unix://{SocketPath}");

    public static async Task<FakeDockerEngine> StartAsync()
    {
        var fake = new FakeDockerEngine();
        await fake._app.StartAsync();
        return fake;
    }

    public DockerEngine Client(DockerTimeouts? timeouts = null) => new(Address, timeouts);

    /// <summary>Answers <c>METHOD /path</c>, named without the API version.</summary>
    public void On(string call, Func<HttpContext, Task> answer) => _answers[call] = answer;

    public void OnJson(string call, object body) => On(call, context => JsonAsync(context, body));

    public void OnText(string call, string body) => On(call, context => context.Response.WriteAsync(body));

    public void OnNoContent(string call) => On(call, context =>
    {
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    });

    public void OnError(string call, int status, string message) =>
        On(call, context => JsonAsync(context, new { message }, status));

    /// <summary>Takes the call and never says a word; the result ends when it was called.</summary>
    public Task OnHang(string call)
    {
        var called = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        On(call, context =>
        {
            called.TrySetResult();
            return ForeverAsync(context.RequestAborted);
        });
        return called.Task;
    }

    /// <summary>Answers an attach by leaving the connection to <paramref name="talk"/>.</summary>
    public void OnAttach(string container, Func<Stream, CancellationToken, Task> talk) =>
        On($"POST /containers/{container}/attach", async context =>
        {
            context.Response.ContentType = "application/vnd.docker.raw-stream";
            await using var stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
            await talk(stream, context.RequestAborted);
        });

    public static async Task ForeverAsync(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource();
        await using var end = cancellationToken.Register(() => never.TrySetResult());
        await never.Task;
    }

    public static Task JsonAsync(HttpContext context, object body, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(JsonSerializer.Serialize(body));
    }

    public static async Task<JsonNode> BodyAsync(HttpContext context) =>
        (await JsonNode.ParseAsync(context.Request.Body))!;

    public async ValueTask DisposeAsync()
    {
        // The hung calls end with their connections; an orderly stop would wait for them.
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        Requests.Enqueue($"{request.Method} {request.Path}{request.QueryString}");
        var path = VersionedPath().Match(request.Path.Value!);
        if (path.Groups["version"] is { Success: true } spoken && GetVersionError(Version.Parse(spoken.Value)) is { } refusal)
        {
            return JsonAsync(context, new { message = refusal }, StatusCodes.Status400BadRequest);
        }

        return _answers.TryGetValue($"{request.Method} {path.Groups["rest"].Value}", out var answer)
            ? answer(context)
            : JsonAsync(context, new { message = "page not found" }, StatusCodes.Status404NotFound);
    }

    private string? GetVersionError(Version spoken)
    {
        if (MinApiVersion is { } least && spoken < Version.Parse(least))
        {
            return $"client version {spoken} is too old. Minimum supported API version is {least}, "
                + "please upgrade your client to a newer version";
        }

        return spoken > Version.Parse(ApiVersion)
            ? $"client version {spoken} is too new. Maximum supported API version is {ApiVersion}"
            : null;
    }

    [GeneratedRegex(@"\A(/v(?<version>[0-9.]+))?(?<rest>/.*)\z", RegexOptions.ExplicitCapture)]
    private static partial Regex VersionedPath();
}
