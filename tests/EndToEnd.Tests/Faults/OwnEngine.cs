using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Orleans.Hybrid.Support;

namespace Orleans.Hybrid.EndToEnd.Tests.Faults;

/// <summary>
/// A Docker engine with nothing of the machine's own: its data, socket and network are in a folder and a namespace that go with it.
/// </summary>
internal sealed partial class OwnEngine : IAsyncDisposable
{
    private const int SigStop = 19;
    private const int SigCont = 18;

    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-engine-").FullName;
    private readonly string _network = $"hyb{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    private readonly string[] _options;
    private Process? _process;

    private OwnEngine(string[] options) => _options = options;

    /// <summary>Where it listens, as <c>DOCKER_HOST</c> says it.</summary>
    public string Address => $"unix://{Socket}";

    private string Socket => Path.Combine(_folder, "socket");

    /// <summary>Starts one that has the tests' image.</summary>
    public static async Task<OwnEngine> StartAsync(params string[] options)
    {
        var engine = new OwnEngine(options);
        await Tools.RunAsync("ip", "netns", "add", engine._network);
        await engine.StartAsync();
        var image = Path.Combine(engine._folder, "image.tar");
        await Tools.RunAsync("docker", "save", "--output", image, TestImages.Busybox);
        await engine.DockerAsync("load", "--input", image);
        return engine;
    }

    /// <summary>Starts it again, on what it left.</summary>
    public async Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo("ip",
        [
            "netns", "exec", _network, "dockerd",
            "--host", Address,
            "--data-root", Path.Combine(_folder, "data"),
            "--exec-root", Path.Combine(_folder, "exec"),
            "--pidfile", Path.Combine(_folder, "pid"),
            "--iptables=false",
            "--ip-masq=false",
            "--log-level", "error",
            .. _options,
        ])
        {
            RedirectStandardError = true,
        })!;
        ChildGuard.Shared.Watch(_process);
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        await AnswersAsync();
    }

    /// <summary>Kills it without warning; its containers may live on.</summary>
    public async Task CrashAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        Forget();
        // What it leaves of itself would keep the next from starting.
        File.Delete(Path.Combine(_folder, "pid"));
    }

    /// <summary>From now on it takes calls and answers none.</summary>
    public void Freeze() => _ = Kill(_process!.Id, SigStop);

    /// <summary>It goes on.</summary>
    public void Thaw() => _ = Kill(_process!.Id, SigCont);

    /// <summary>Runs the docker command on it.</summary>
    public Task<string> DockerAsync(params string[] arguments) => Tools.RunAsync("docker", ["--host", Address, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            Thaw();
            if (await DockerAsync("ps", "--all", "--quiet") is { Length: > 0 } left)
            {
                await DockerAsync(["rm", "--force", .. left.Split('\n')]);
            }

            _ = Kill(process.Id, 15);
            await process.WaitForExitAsync();
            Forget();
        }

        await Tools.RunAsync("ip", "netns", "del", _network);
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Asks until it answers; the test's timeout ends it.</summary>
    private async Task AnswersAsync()
    {
        while (true)
        {
            try
            {
                await DockerAsync("version");
                return;
            }
            catch (InvalidOperationException away) when (!_process!.HasExited)
            {
                Debug.WriteLine(away.Message);
            }
        }
    }

    private void Forget()
    {
        ChildGuard.Shared.Forget(_process!);
        _process!.Dispose();
        _process = null;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
