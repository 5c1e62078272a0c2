using System.Diagnostics;

namespace OrleansHybrid.Bench.Servers;

/// <summary>The real runner in a process of its own, with Docker.</summary>
internal sealed class RunnerProcess : IDisposable
{
    private const long UsualLogLimit = 10 << 20;

    private readonly Process _process;
    private readonly string _state;

    private RunnerProcess(Process process, string state) => (_process, _state) = (process, state);

    /// <summary>Starts one; what it has to say goes to standard error.</summary>
    public static RunnerProcess Start(
        BenchCluster cluster, int slots, long logLimit = UsualLogLimit, params (string Name, string Value)[] settings)
    {
        var state = Directory.CreateTempSubdirectory("hybrid-bench-runner-").FullName;
        var start = new ProcessStartInfo("dotnet", [BuiltProgram.PathOf("Runner")]) { RedirectStandardOutput = true };
        start.Environment["CLUSTER_ID"] = cluster.Id;
        start.Environment["CLUSTER_TOKEN"] = cluster.Token;
        start.Environment["STATE_DIR"] = state;
        start.Environment["SLOTS"] = $"{slots}";
        start.Environment["LOG_LIMIT"] = $"{logLimit}";
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => ForwardLine(line.Data);
        process.BeginOutputReadLine();
        return new RunnerProcess(process, state);
    }

    /// <summary>Bytes that it has resident, and how many of these are its alone: no code that is mapped from files.</summary>
    public (long All, long Own) GetResidentMemory()
    {
        var status = File.ReadAllLines($"/proc/{_process.Id}/status");
        return (Field("VmRSS:"), Field("RssAnon:"));

        long Field(string name) => 1024 * long.Parse(
            status.First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Asks it to finish what it has and leave, and waits for that.</summary>
    public void Dispose()
    {
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
        {
            kill.WaitForExit();
        }

        if (!_process.WaitForExit(TimeSpan.FromMinutes(1)))
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        Directory.Delete(_state, recursive: true);
    }

    private static void ForwardLine(string? line)
    {
        if (line is not null && !line.Contains("info:", StringComparison.Ordinal))
        {
            Console.Error.WriteLine($"runner: {line}");
        }
    }
}
