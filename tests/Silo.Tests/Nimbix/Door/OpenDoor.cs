using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Silo.Nimbix.Door;
using OrleansHybrid.Silo.Nimbix.Policy;
using OrleansHybrid.Silo.Sweeps;
using OrleansHybrid.Silo.Tests.Nimbix.Policy;

namespace OrleansHybrid.Silo.Tests.Nimbix.Door;

/// <summary>A real door on a free port under a policy of its own, with an honest launcher behind it.</summary>
internal sealed class OpenDoor : IAsyncDisposable
{
    private readonly LauncherDoor _door;
    private readonly ILoggerFactory _logs;

    private OpenDoor(Files files, TimeProvider time, TimeSpan? patience)
    {
        (Files, Time, Launcher) = (files, time, new HonestLauncher(time));
        _logs = LoggerFactory.Create(logging => logging.AddProvider(files.Logs).SetMinimumLevel(LogLevel.Trace));
        Live = files.Open(time);
        Launcher.Rules = () => Live.Current.Policy.Rules;
        Book = new RefusedCallBook(Live, Launcher.Grains, time, _logs.CreateLogger<RefusedCallBook>());
        _door = new LauncherDoor(
            Live, new CallGate(time), Book, Launcher.Grains, Launcher, new LaunchAlarm(), time, _logs, _logs.CreateLogger<LauncherDoor>())
        {
            Patience = patience ?? TimeSpan.FromSeconds(15),
        };
    }

    public Files Files { get; }

    public TimeProvider Time { get; }

    public HonestLauncher Launcher { get; }

    public LivePolicy Live { get; }

    public RefusedCallBook Book { get; }

    public Uri Address => _door.Address;

    public HttpClient Http { get; private set; } = null!;

    /// <summary>Opens one under the usual policy with something added to it.</summary>
    public static Task<OpenDoor> StartAsync(string more = "", TimeProvider? time = null, Func<string, string>? change = null) =>
        StartAsync(new Files((change ?? (usual => usual))(Files.Usual) + more), time);

    /// <summary>Opens one under the policy in a folder, which is then its own.</summary>
    public static async Task<OpenDoor> StartAsync(Files files, TimeProvider? time = null, TimeSpan? patience = null)
    {
        var door = new OpenDoor(files, time ?? TimeProvider.System, patience);
        await door._door.StartAsync(default);
        door.Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = door.Address };
        return door;
    }

    public Task CloseAsync() => _door.StopAsync(default);

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        await _door.StopAsync(default);
        await _door.DisposeAsync();
        Book.Dispose();
        Live.Dispose();
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
        HttpMethod method, string target, string form = "", string? nonce = null, int seconds = 0, string key = Files.Key, string id = "ci")
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
