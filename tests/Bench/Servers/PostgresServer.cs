using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace OrleansHybrid.Bench.Servers;

/// <summary>A throw-away PostgreSQL, reached through a socket in its own folder: as installed, and safe against power loss.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The settings that differ from the defaults, for both sides alike.</summary>
    public const string Settings = "fsync=on, synchronous_commit=on, shared_buffers=512MB, max_wal_size=4GB";

    private readonly string _binaries;
    private readonly string _folder;

    private PostgresServer(string binaries, string folder)
    {
        _binaries = binaries;
        _folder = folder;
    }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Where initdb and its like are; null when PostgreSQL is not installed.</summary>
    public static string? FindBinaries() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Concat(Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal).Select(version => $"{version}/bin")
            : [])
        .FirstOrDefault(folder => File.Exists($"{folder}/initdb") && File.Exists($"{folder}/pg_ctl"));

    /// <summary>Makes a server and starts it.</summary>
    public static async Task<PostgresServer> StartAsync(string binaries)
    {
        // A folder of its own, since another user has to reach it.
        var folder = Directory.CreateTempSubdirectory("hybrid-bench-").FullName;
        var server = new PostgresServer(binaries, folder);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "nobody", folder);
        }

        await server.RunUnprivilegedAsync("initdb", "-D", server.Data, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        var options = string.Join(' ', Settings.Split(", ").Select(setting => $"-c {setting}"));
        await server.RunUnprivilegedAsync(
            "pg_ctl", "-D", server.Data, "-l", $"{folder}/log", "-w", "-s",
            "-o", $"{options} -c max_connections=200 -c listen_addresses= -k {folder}", "start");
        return server;
    }

    /// <summary>A new database; answers its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        await using var source = NpgsqlDataSource.Create(Address("postgres"));
        await using var create = source.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync();
        return Address(name);
    }

    /// <summary>How long the server and its connections that are open have computed.</summary>
    public TimeSpan GetCpuTime()
    {
        var server = int.Parse(File.ReadLines($"{Data}/postmaster.pid").First(), CultureInfo.InvariantCulture);
        var all = $"/proc/{server}/task/{server}/children";
        var connections = File.ReadAllText(all).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return connections.Select(id => int.Parse(id, CultureInfo.InvariantCulture)).Append(server)
            .Aggregate(TimeSpan.Zero, (sum, id) => sum + Process.GetProcessById(id).TotalProcessorTime);
    }

    public async ValueTask DisposeAsync()
    {
        await RunUnprivilegedAsync("pg_ctl", "-D", Data, "-m", "immediate", "-s", "stop");
        Directory.Delete(_folder, recursive: true);
    }

    private string Address(string database) =>
        new NpgsqlConnectionStringBuilder { Host = _folder, Username = "bench", Database = database }.ToString();

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private Task RunUnprivilegedAsync(string program, params string[] arguments) => Environment.IsPrivilegedProcess
        ? RunAsync("setpriv", ["--reuid=nobody", "--regid=nogroup", "--clear-groups", $"{_binaries}/{program}", .. arguments])
        : RunAsync($"{_binaries}/{program}", arguments);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = "/",
        })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {said}");
        }
    }
}
