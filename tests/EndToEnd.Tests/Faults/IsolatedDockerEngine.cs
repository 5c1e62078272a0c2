using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests.Faults;

/// <summary>
/// A Docker engine with nothing of the machine's own: its data and sockets are in a folder, its network in a namespace, and both go
/// with it. What keeps its containers is a process of its own, as where systemd starts the two, and so outlives it.
/// </summary>
internal sealed partial class IsolatedDockerEngine : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int SigStop = 19;
    private const int SigCont = 18;

    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-engine-").FullName;
    private readonly string _network = $"hyb{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    private readonly string[] _options;
    private readonly Process _keeper;
    private Process? _process;

    private IsolatedDockerEngine(string[] options)
    {
        _options = options;
        File.WriteAllText(Below("containerd.toml"), $"""
            version = 2
            root = "{Below("kept")}"
            state = "{Below("state")}"
            disabled_plugins = ["io.containerd.grpc.v1.cri"]
            [grpc]
              address = "{Below("keeper")}"
            """);
        _keeper = Start("containerd", "--config", Below("containerd.toml"), "--log-level", "error");
    }

    /// <summary>Where it listens, as <c>DOCKER_HOST</c> says it.</summary>
    public string Address => $"unix://{Below("socket")}";

    /// <summary>Starts one that has the tests' image.</summary>
    public static async Task<IsolatedDockerEngine> StartAsync(params string[] options)
    {
        var engine = new IsolatedDockerEngine(options);
        await SystemCommand.RunAsync("ip", "netns", "add", engine._network);
        await engine.StartAsync();
        var image = engine.Below("image.tar");
        await SystemCommand.RunAsync("docker", "save", "--output", image, TestImages.Busybox);
        await engine.DockerAsync("load", "--input", image);
        return engine;
    }

    /// <summary>Starts it again, on what it left.</summary>
    public async Task StartAsync()
    {
        // Not by ip netns exec, which would hide the control groups.
        _process = Start("nsenter",
        [
            $"--net=/var/run/netns/{_network}", "dockerd",
            "--containerd", Below("keeper"),
            "--host", Address,
            "--data-root", Below("data"),
            "--exec-root", Below("run"),
            "--pidfile", Below("pid"),
            "--iptables=false",
            "--ip-masq=false",
            "--log-level", "error",
            .. _options,
        ]);
        await AnswersAsync();
    }

    /// <summary>Kills it without warning; its containers may live on.</summary>
    public async Task CrashAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        Forget(_process);
        // What it leaves of itself would keep the next from starting.
        File.Delete(Below("pid"));
    }

    /// <summary>From now on it takes calls and answers none.</summary>
    public void Freeze() => _ = Kill(_process!.Id, SigStop);

    /// <summary>It goes on.</summary>
    public void Thaw() => _ = Kill(_process!.Id, SigCont);

    /// <summary>Runs the docker command on it.</summary>
    public Task<string> DockerAsync(params string[] arguments) => SystemCommand.RunAsync("docker", ["--host", Address, .. arguments]);

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false } engine)
        {
            Thaw();
            if (await DockerAsync("ps", "--all", "--quiet") is { Length: > 0 } left)
            {
                await DockerAsync(["rm", "--force", .. left.Split('\n')]);
            }

            await EndAsync(engine);
        }

        await EndAsync(_keeper);
        await SystemCommand.RunAsync("ip", "netns", "del", _network);
        foreach (var mount in File.ReadLines("/proc/mounts").Select(line => line.Split(' ')[1]).Reverse().ToList())
        {
            if (mount.StartsWith(_folder, StringComparison.Ordinal))
            {
                await SystemCommand.RunAsync("umount", "--lazy", mount);
            }
        }

        Directory.Delete(_folder, recursive: true);
    }

    private static Process Start(string program, params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        ChildProcessGuard.Shared.Watch(process);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task EndAsync(Process process)
    {
        _ = Kill(process.Id, SigTerm);
        await process.WaitForExitAsync();
        Forget(process);
    }

    private static void Forget(Process process)
    {
        ChildProcessGuard.Shared.Forget(process);
        process.Dispose();
    }

    private string Below(string name) => Path.Combine(_folder, name);

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
            catch (InvalidOperationException ex) when (!_process!.HasExited)
            {
                Debug.WriteLine(ex.Message);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
