using System.Net;
using System.Security.Authentication;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace OrleansHybrid.Fakes;

/// <summary>
/// A server on loopback that speaks the JARVICE API as its vendor describes it, keeps a ledger of all requests, and lets calls go wrong.
/// </summary>
public sealed class FakeJarvice : IAsyncDisposable
{
    private readonly FakeJarviceOptions _options;
    private readonly FakeEndpoints _calls;
    private readonly WebApplication _app;

    private FakeJarvice(FakeJarviceOptions options)
    {
        _options = options;
        Jobs = new FakeJobs(options);
        _calls = new FakeEndpoints(options, Jobs);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, options.Port, ConfigureTls));
        _app = builder.Build();
        _app.Run(HandleAsync);
    }

    /// <summary>The prefix before <c>jarvice/</c>.</summary>
    public Uri BaseUrl => new(_app.Urls.Single() + _options.PathBase);

    /// <summary>The requests received.</summary>
    public RequestLog RequestLog { get; } = new();

    /// <summary>The faults to inject.</summary>
    public Faults Faults { get; } = new();

    /// <summary>The jobs of all accounts.</summary>
    public FakeJobs Jobs { get; }

    /// <summary>Starts one.</summary>
    public static async Task<FakeJarvice> StartAsync(FakeJarviceOptions options)
    {
        var fake = new FakeJarvice(options);
        await fake._app.StartAsync();
        return fake;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private void ConfigureTls(ListenOptions listen)
    {
        if (_options.Certificate is { } certificate)
        {
            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
            });
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        var request = await FakeRequest.ReadAsync(context.Request, _options.PathBase);
        RequestLog.OnStarted(new RequestLogEntry(
            _options.Clock.GetUtcNow(),
            request.Method,
            request.Path,
            [.. request.Query.Keys],
            [.. request.Form.Keys],
            context.Request.ContentType,
            _options.Accounts.SelectMany(account => account.EverValidKeys).Any(request.UrlContains)));
        try
        {
            var fault = Faults.Next(request.Call);
            if (!await FailBeforeAsync(context, request, fault))
            {
                await FinishAsync(context, _calls.Handle(request, fault), fault);
            }
        }
        finally
        {
            RequestLog.OnCompleted();
        }
    }

    /// <summary>True when that was all of the answer.</summary>
    private async Task<bool> FailBeforeAsync(HttpContext context, FakeRequest request, Fault? fault)
    {
        switch (fault?.Kind)
        {
            case FaultKind.ResetBefore:
                context.Abort();
                return true;
            case FaultKind.Delayed:
                await fault.Signal.WaitAsync(context.RequestAborted);
                return false;
            case FaultKind.Responds:
                await SendAsync(context, new FakeReply(fault.Status, fault.ContentType, fault.Text));
                return true;
            case FaultKind.Redirect:
                context.Response.Headers.Location = fault.Text;
                await SendAsync(context, new FakeReply(307, "text/plain", ""));
                return true;
            case FaultKind.Echo:
                await SendAsync(context, FakeReply.Error(400, $"cannot take {request.Target} {Encoding.UTF8.GetString(request.Body)}"));
                return true;
            case FaultKind.Huge:
                await SendHugeAsync(context, request.Call);
                return true;
            default:
                return false;
        }
    }

    private static Task FinishAsync(HttpContext context, FakeReply reply, Fault? fault)
    {
        switch (fault?.Kind)
        {
            case FaultKind.ResetAfter:
                context.Abort();
                return Task.CompletedTask;
            case FaultKind.FailsAfter:
                return SendAsync(context, FakeReply.Error(500, "storage failure"));
            case FaultKind.Truncated:
                return SendAsync(context, reply with { Body = reply.Body[..(reply.Body.Length / 2)] });
            case FaultKind.WrongType:
                return SendAsync(context, reply with { ContentType = "application/octet-stream" });
            default:
                return SendAsync(context, reply);
        }
    }

    private static Task SendAsync(HttpContext context, FakeReply reply)
    {
        (context.Response.StatusCode, context.Response.ContentType) = (reply.Status, reply.ContentType);
        return context.Response.WriteAsync(reply.Body, context.RequestAborted);
    }

    // It goes on for as long as somebody reads.
    private static async Task SendHugeAsync(HttpContext context, string call)
    {
        var line = Encoding.ASCII.GetBytes(new string('x', 1023) + '\n');
        context.Response.ContentType = call is "tail" or "output" ? "text/plain" : "application/json";
        try
        {
            for (var kilobytes = 0; kilobytes < 50_000; kilobytes++)
            {
                await context.Response.Body.WriteAsync(line, context.RequestAborted);
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or IOException)
        {
            context.Abort();
        }
    }
}
