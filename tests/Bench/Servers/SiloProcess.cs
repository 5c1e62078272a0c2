using System.Diagnostics;
using System.Text.Json;
using OrleansHybrid.Bench.Load;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Bench.Servers;

/// <summary>The real silo in a process of its own, on a database of its own, reached as any user reaches it.</summary>
internal sealed class SiloProcess : IDisposable
{
    /// <summary>The code package of all tasks.</summary>
    public const string CodeName = "bench";

    /// <summary>How long a task's log may be, in bytes.</summary>
    public const long LogLimit = 1 << 30;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(1);

    private readonly Process _process;

    private SiloProcess(Process process, JsonElement connection)
    {
        _process = process;
        Url = new Uri(connection.GetProperty("url").GetString()!);
        ProjectId = connection.GetProperty("project_id").GetString()!;
        Token = connection.GetProperty("token").GetString()!;
        Store = connection.GetProperty("store").GetString()!;
        Client = new HybridClient(new HybridClientOptions { BaseUrl = Url, Token = Token, ProjectId = ProjectId });
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>The project that tasks are queued in.</summary>
    public string ProjectId { get; }

    /// <summary>A user's token.</summary>
    public string Token { get; }

    /// <summary>Its store, in words.</summary>
    public string Store { get; }

    /// <summary>As a user's program reaches it.</summary>
    public HybridClient Client { get; }

    /// <summary>Starts a silo on SQLite in <paramref name="folder"/>, or on the PostgreSQL whose address is in a file.</summary>
    public static async Task<SiloProcess> StartAsync(string program, string folder, string? postgresFile)
    {
        string[] arguments =
        [
            program, "up", "--no-runner", "--data", folder, "--urls", "http://127.0.0.1:0", "--schedule-limit", "100000",
            "--log-limit", $"{LogLimit}",
        ];
        var start = new ProcessStartInfo("dotnet", postgresFile is null ? arguments : [.. arguments, "--postgres-file", postgresFile])
        {
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        try
        {
            await WaitUntilReadyAsync(process).WaitAsync(StartTimeout);
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        using var connection = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "connection.json")));
        var silo = new SiloProcess(process, connection.RootElement);
        await silo.Client.Codes.UploadAsync(new NewCode { Name = CodeName, Image = CodeName });
        return silo;
    }

    /// <summary>How much memory it holds, and how long it has computed.</summary>
    public (long Bytes, TimeSpan Computed) GetUsage()
    {
        _process.Refresh();
        return (_process.WorkingSet64, _process.TotalProcessorTime);
    }

    /// <summary>A cluster in which nothing waits yet.</summary>
    public async Task<BenchCluster> NewClusterAsync(string name)
    {
        var cluster = await Client.Clusters.CreateAsync(new NewCluster { Name = name });
        return new BenchCluster(cluster.Id, cluster.Token!);
    }

    /// <summary>Queues tasks; their ids.</summary>
    public Task<IReadOnlyList<string>> EnqueueAsync(BenchCluster cluster, int tasks) =>
        Client.Tasks.EnqueueAsync([.. Enumerable.Range(0, tasks).Select(
            _ => new NewTask { CodeName = CodeName, Cluster = cluster.Id, Payload = Payload.Text })]);

    /// <summary>Queues a task and waits for its end, as a client does.</summary>
    public async Task<TaskInfo> RunAsync(NewTask task, CancellationToken cancellationToken) =>
        await Client.Tasks.WaitAsync((await Client.Tasks.EnqueueAsync([task], cancellationToken))[0], cancellationToken);

    public void Dispose()
    {
        Client.Dispose();
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static async Task WaitUntilReadyAsync(Process process)
    {
        var said = new List<string>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            said.Add(line);
            if (line.Contains("ready at", StringComparison.Ordinal))
            {
                _ = ForwardAsync(process);
                return;
            }
        }

        throw new InvalidOperationException($"the silo ended before it was ready:\n{string.Join('\n', said)}");
    }

    /// <summary>The silo's log while it works: its warnings explain a failed measurement.</summary>
    private static async Task ForwardAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            await Console.Error.WriteLineAsync($"silo: {line}");
        }
    }
}

/// <summary>A cluster of the silo under load, and what runners enrol with.</summary>
internal sealed record BenchCluster(string Id, string Token);
