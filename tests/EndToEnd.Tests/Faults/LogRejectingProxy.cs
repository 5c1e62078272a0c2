using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansHybrid.EndToEnd.Tests.Faults;

/// <summary>A proxy in front of a control plane that hands on all calls of runners, and answers those with logs by itself.</summary>
internal sealed class LogRejectingProxy : IAsyncDisposable
{
    private readonly HttpClient _behind = new() { Timeout = Timeout.InfiniteTimeSpan };
    private readonly WebApplication _app;
    private readonly int _status;
    private int _refused;

    private LogRejectingProxy(Uri plane, int status)
    {
        (_behind.BaseAddress, _status) = (plane, status);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Run(ForwardAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.Single());

    /// <summary>How many calls with logs it refused.</summary>
    public int RejectedCount => _refused;

    public static async Task<LogRejectingProxy> StartAsync(Uri plane, int status)
    {
        var proxy = new LogRejectingProxy(plane, status);
        await proxy._app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _behind.Dispose();
    }

    private async Task ForwardAsync(HttpContext http)
    {
        if (http.Request.Path == "/runner/v1/log")
        {
            Interlocked.Increment(ref _refused);
            http.Response.StatusCode = _status;
            return;
        }

        using var call = new HttpRequestMessage(new HttpMethod(http.Request.Method), http.Request.Path + http.Request.QueryString);
        call.Content = new StreamContent(http.Request.Body);
        call.Content.Headers.ContentType = http.Request.ContentType is { } type ? MediaTypeHeaderValue.Parse(type) : null;
        call.Headers.TryAddWithoutValidation("Authorization", http.Request.Headers.Authorization.ToString());
        using var answer = await _behind.SendAsync(call, HttpCompletionOption.ResponseHeadersRead, http.RequestAborted);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(http.Response.Body, http.RequestAborted);
    }
}
