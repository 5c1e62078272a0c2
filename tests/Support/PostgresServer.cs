using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace OrleansHybrid.Support;

/// <summary>
/// A throw-away PostgreSQL in a temporary folder, reachable by a Unix socket only. Its guard outlives this process for a moment:
/// it stops the server and removes the folder, however the tests ended.
/// </summary>
public sealed partial class PostgresServer : IAsyncDisposable
{
    private const string Role = "hybrid";
    private const int MaxStartAttempts = 20;

    /// <summary>Waits for the end of its input, which comes with the end of this process at the latest.</summary>
    private const string GuardScript = """
        exec >/dev/null 2>&1
        trap '' INT TERM HUP
        read -r _
        pid=$(head -n 1 "$0/data/postmaster.pid") && kill -QUIT "$pid" && while kill -0 "$pid"; do sleep 0.05; done
        rm -rf "$0"
        """;

    private static readonly Lazy<Task<PostgresServer>> One = new(StartNewAsync);

    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-pg-").FullName;
    private readonly Process _guard;
    private int _databases;

    private PostgresServer() => _guard = Process.Start(new ProcessStartInfo("sh", ["-c", GuardScript, _folder])
    {
        RedirectStandardInput = true,
        WorkingDirectory = "/",
    })!;

    /// <summary>Why there is no PostgreSQL; null when there is.</summary>
    public static string? MissingReason => PostgresPrograms.AreInstalled ? null : "needs PostgreSQL: apt-get install postgresql";

    /// <summary>The server that the tests of this process share; started when it is first asked for.</summary>
    public static Task<PostgresServer> Shared => One.Value;

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Starts a server of one's own, to stop and to kill.</summary>
    public static async Task<PostgresServer> StartNewAsync()
    {
        var server = new PostgresServer();
        await PostgresPrograms.ChangeOwnerAsync(server._folder);
        await PostgresPrograms.RunAsync(
            server._folder, "initdb", "-D", server.Data, "-U", Role, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it, again after <see cref="StopAsync"/> or <see cref="KillAsync"/>, and waits until it answers.</summary>
    public async Task StartAsync()
    {
        var settings = $"-c listen_addresses= -c unix_socket_directories={_folder} -c shared_buffers=128MB -c max_wal_size=256MB";
        for (var starts = 1; ; starts++)
        {
            try
            {
                await PostgresPrograms.RunAsync(
                    _folder, "pg_ctl", "-D", Data, "-l", Path.Combine(_folder, "log"), "-w", "-s", "-o", settings, "start");
                return;
            }
            catch (InvalidOperationException) when (starts < MaxStartAttempts)
            {
                // Just after a kill the processes of the last life may still hold its memory.
            }
        }
    }

    /// <summary>Shuts it down: open connections end with an error, what was committed stays.</summary>
    public Task StopAsync() => PostgresPrograms.RunAsync(_folder, "pg_ctl", "-D", Data, "-w", "-s", "-m", "fast", "stop");

    /// <summary>Kills all its processes without a word; what was acknowledged must be there after the next start.</summary>
    public async Task KillAsync()
    {
        var pid = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        using var postmaster = Process.GetProcessById(int.Parse(pid, CultureInfo.InvariantCulture));
        postmaster.Kill(entireProcessTree: true);
        await postmaster.WaitForExitAsync();
    }

    /// <summary>Makes an empty database and answers its connection string.</summary>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        var database = $"{NotForNames().Replace(name.ToLowerInvariant(), "_")}_{Interlocked.Increment(ref _databases)}";
        await using var source = NpgsqlDataSource.Create(ConnectionTo("postgres"));
        await using var command = source.CreateCommand($"CREATE DATABASE {database}");
        await command.ExecuteNonQueryAsync();
        return ConnectionTo(database);
    }

    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        _guard.Dispose();
    }

    private string ConnectionTo(string database) => $"Host={_folder};Username={Role};Database={database}";

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotForNames();
}
