using System.Buffers.Text;
using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>The program itself with the process executor, and what it has said.</summary>
[SupportedOSPlatform("linux")]
internal sealed class RunnerProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly AsyncSignal _more = new();
    private readonly Task _reading;

    private RunnerProgram(Process process)
    {
        this._process = process;
        Errors = process.StandardError.ReadToEndAsync();
        _reading = ReadAsync();
    }

    public int Id => _process.Id;

    /// <summary>All that it says on standard error.</summary>
    public Task<string> Errors { get; }

    /// <summary>Its standard output so far.</summary>
    public string Output
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    public static RunnerProgram Start(FakeControlPlane plane, string state, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(MachinePrograms.Dotnet, [typeof(RunnerHost).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var address = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(plane.Address.ToString()));
        start.Environment["CLUSTER_ID"] = new string('1', 24);
        start.Environment["CLUSTER_TOKEN"] = $"{FakeControlPlane.ClusterToken}.{address}";
        start.Environment["EXECUTOR"] = "process";
        start.Environment["STATE_DIR"] = state;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new RunnerProgram(ChildProcessGuard.Shared.Start(start));
    }

    public void Signal(int signal) => _ = Posix.Signal(_process.Id, signal);

    /// <summary>Ends when it has said this.</summary>
    public async Task WaitForOutputAsync(string text)
    {
        for (var next = _more.NextSignal; !Output.Contains(text, StringComparison.Ordinal); next = _more.NextSignal)
        {
            Assert.False(_reading.IsCompleted, $"it has ended, and said: {Output}");
            await next;
        }
    }

    /// <summary>Ends with the exit code; nothing more is to be read then.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _reading;
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Lets it leave in order, and gives the exit code.</summary>
    public Task<int> StopAsync()
    {
        Signal(Posix.SigTerm);
        return WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Signal(Posix.SigKill);
        await WaitForExitAsync();
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            lock (_said)
            {
                _said.Append(line).Append('\n');
            }

            _more.Signal();
        }

        _more.Signal();
    }
}
