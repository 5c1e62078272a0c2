using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Launcher.Tests.Policy;
using OrleansHybrid.Silo.Api.Launcher;
using OrleansHybrid.Silo.Background;

namespace OrleansHybrid.Silo.Tests.Api.Launcher;

/// <summary>A real server on a free port under a policy of its own, with an honest launcher behind it.</summary>
internal sealed class LauncherServerFixture : IAsyncDisposable
{
    private readonly LauncherHttpServer _server;
    private readonly ILoggerFactory _logs;

    private LauncherServerFixture(PolicyFolder files, TimeProvider time, TimeSpan? patience)
    {
        (Files, Time, Launcher) = (files, time, new FakeLauncher(time));
        _logs = LoggerFactory.Create(logging => logging.AddProvider(files.Logs).SetMinimumLevel(LogLevel.Trace));
        PolicyMonitor = files.Open(time);
        Launcher.Rules = () => PolicyMonitor.Current.Policy.Rules;
        RejectedCalls = new RejectedCallAuditor(PolicyMonitor, Launcher.Grains, time, _logs.CreateLogger<RejectedCallAuditor>());
        _server = new LauncherHttpServer(
            PolicyMonitor, new CallRateLimiter(time), RejectedCalls, Launcher.Grains, Launcher, new LaunchWakeSignal(), time, _logs, _logs.CreateLogger<LauncherHttpServer>())
        {
            RequestTimeout = patience ?? TimeSpan.FromSeconds(15),
        };
    }

    public PolicyFolder Files { get; }

    public TimeProvider Time { get; }

    public FakeLauncher Launcher { get; }

    public PolicyMonitor PolicyMonitor { get; }

    public RejectedCallAuditor RejectedCalls { get; }

    public Uri Address => _server.Address;

    public HttpClient Http { get; private set; } = null!;

    /// <summary>Opens one under the usual policy with something added to it.</summary>
    public static Task<LauncherServerFixture> StartAsync(string more = "", TimeProvider? time = null, Func<string, string>? change = null) =>
        StartAsync(new PolicyFolder((change ?? (usual => usual))(PolicyFolder.Usual) + more), time);

    /// <summary>Opens one under the policy in a folder, which is then its own.</summary>
    public static async Task<LauncherServerFixture> StartAsync(PolicyFolder files, TimeProvider? time = null, TimeSpan? patience = null)
    {
        var server = new LauncherServerFixture(files, time ?? TimeProvider.System, patience);
        await server._server.StartAsync(default);
        server.Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server.Address };
        return server;
    }

    public Task CloseAsync() => _server.StopAsync(default);

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await _server.StopAsync(default);
        await _server.DisposeAsync();
        RejectedCalls.Dispose();
        PolicyMonitor.Dispose();
        Files.Dispose();
        _logs.Dispose();
    }

    /// <summary>Sends a form and asks for JSON.</summary>
    public Task<HttpResponseMessage> PostAsync(string form, string path = "/run", string accept = "application/json") =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"),
            Headers = { { "Accept", accept } },
        });

    /// <summary>Sends a request, and reads of the answer the head.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request) => Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);

    /// <summary>
    /// A signed request; with <paramref name="seconds"/> its clock is off, with <paramref name="nonce"/> its number is
    /// given.
    /// </summary>
    public HttpRequestMessage Signed(
        HttpMethod method, string target, string form = "", string? nonce = null, int seconds = 0, string key = PolicyFolder.Key, string id = "ci")
    {
        nonce ??= RandomNumberGenerator.GetHexString(32, lowercase: true);
        var time = (Time.GetUtcNow().ToUnixTimeSeconds() + seconds).ToString(CultureInfo.InvariantCulture);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(form)));
        var text = string.Join('\n', "hybrid-launch-1", method.Method, target, time, nonce, id, hash);
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));
        return new HttpRequestMessage(method, target)
        {
            Content = form.Length == 0 ? null : new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"),
            Headers =
            {
                { "X-Hybrid-Key", id }, { "X-Hybrid-Time", time }, { "X-Hybrid-Nonce", nonce }, { "X-Hybrid-Signature", signature },
            },
        };
    }

    /// <summary>Runs a line in a shell, and gives what it wrote and how it ended.</summary>
    public static async Task<(string Output, int Code)> ShellAsync(string line)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await errors;
        return (output, process.ExitCode);
    }
}
