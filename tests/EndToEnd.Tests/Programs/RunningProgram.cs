using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests.Programs;

/// <summary>One of our programs as a real process: its lines as they come, signals to it, and its end.</summary>
internal sealed partial class RunningProgram : IAsyncDisposable
{
    /// <summary>The programs that the test in whose flow this is asked has started.</summary>
    public static readonly AsyncLocal<List<RunningProgram>?> OfThisTest = new();

    private readonly Process _process;
    private readonly List<RunningProgram> _ofThisTest =
        OfThisTest.Value ?? throw new InvalidOperationException("only a ProgramTest starts programs");

    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly List<(bool Error, string Line)> _all = [];

    /// <summary>Starts the program of a room, by a command that becomes it when one is given.</summary>
    public RunningProgram(
        string project,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? environment = null,
        IReadOnlyList<string>? by = null)
    {
        string[] command = [.. by ?? [], MachinePrograms.Dotnet, PathOf(project), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        ChildProcessGuard.Shared.Watch(_process);
        lock (_ofThisTest)
        {
            _ofThisTest.Add(this);
        }

        _process.StandardInput.Close();
        _process.OutputDataReceived += (_, line) => Note(false, line.Data);
        _process.ErrorDataReceived += (_, line) => Note(true, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Everything that it wrote so far.</summary>
    public string Output => Lines(withErrors: true);

    /// <summary>Its standard output so far.</summary>
    public string StandardOutput => Lines(withErrors: false);

    /// <summary>Waits for a line with this text; fails with all of its output when the program ends before.</summary>
    public async Task<string> WaitForLineAsync(string text)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync())
        {
            if (line.Contains(text, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"ended without \"{text}\":\n{Output}");
    }

    /// <summary>Waits for its end; gives the exit code.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Sends SIGKILL, as a crash.</summary>
    public async Task CrashAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Sends SIGTERM.</summary>
    public void Terminate() => _ = Kill(_process.Id, 15);

    /// <summary>Sends SIGSTOP: from now on it does nothing, and does not know.</summary>
    public void Freeze() => _ = Kill(_process.Id, 19);

    /// <summary>Sends SIGCONT.</summary>
    public void Thaw() => _ = Kill(_process.Id, 18);

    /// <summary>Ends it with all that it started, once.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_ofThisTest)
        {
            if (!_ofThisTest.Remove(this))
            {
                return;
            }
        }

        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        ChildProcessGuard.Shared.Forget(_process);
        _process.Dispose();
    }

    private static string PathOf(string project)
    {
        // …/bin/EndToEnd.Tests/debug → …/bin/Silo/debug
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(here.Parent!.Parent!.FullName, project, here.Name, $"OrleansHybrid.{project}.dll");
    }

    private string Lines(bool withErrors)
    {
        lock (_all)
        {
            return string.Join('\n', _all.Where(line => withErrors || !line.Error).Select(line => line.Line));
        }
    }

    private void Note(bool error, string? line)
    {
        if (line is null)
        {
            // One of the two streams has ended; the other may go on, so only the process itself closes the channel.
            _ = CloseAsync();
            return;
        }

        lock (_all)
        {
            _all.Add((error, line));
        }

        _lines.Writer.TryWrite(line);
    }

    private async Task CloseAsync()
    {
        await _process.WaitForExitAsync();
        _lines.Writer.TryComplete();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
