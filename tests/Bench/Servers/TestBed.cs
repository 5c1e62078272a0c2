using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansHybrid.Bench.Raw;

namespace OrleansHybrid.Bench.Servers;

/// <summary>One kind of database, twice: under the silo, and bare. Both have the same settings, disk and processors.</summary>
internal sealed class TestBed : IAsyncDisposable
{
    private readonly PostgresServer? _server;
    private readonly Func<DbConnection> _store;
    private readonly Func<Task<TestBed>> _another;
    private long _lanes;

    private TestBed(
        SiloProcess silo, IRawStore raw, PostgresServer? server, Func<DbConnection> store, Func<Task<TestBed>> another)
    {
        _store = store;
        _another = another;
        Silo = silo;
        Raw = raw;
        _server = server;
    }

    /// <summary>Ours.</summary>
    public SiloProcess Silo { get; }

    /// <summary>The bare database.</summary>
    public IRawStore Raw { get; }

    /// <summary>True on PostgreSQL.</summary>
    public bool IsPostgres => _server is not null;

    /// <summary>How long the database has computed, as far as it is no part of the silo.</summary>
    public TimeSpan GetDatabaseCpuTime() => _server?.GetCpuTime() ?? TimeSpan.Zero;

    /// <summary>A lane of the bare database in which nothing waits yet.</summary>
    public long NewLane() => ++_lanes;

    /// <summary>A connection into the silo's own database, past the silo.</summary>
    public async Task<DbConnection> OpenStoreAsync()
    {
        var connection = _store();
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>A second bed of the same kind, with nothing in it.</summary>
    public Task<TestBed> CreateAnotherAsync() => _another();

    /// <summary>Two SQLite files.</summary>
    public static async Task<TestBed> OnSqliteAsync(string program, string folder)
    {
        Directory.CreateDirectory(folder);
        var raw = new SqliteRawStore(Path.Combine(folder, "raw.db"));
        var silo = await SiloProcess.StartAsync(program, Path.Combine(folder, "silo"), postgresFile: null);
        return new TestBed(
            silo,
            raw,
            server: null,
            () => new SqliteConnection($"Data Source={Path.Combine(folder, "silo", "hybrid.db")};Pooling=False"),
            () => OnSqliteAsync(program, NewFolderBeside(folder)));
    }

    /// <summary>Two databases of one new PostgreSQL server.</summary>
    public static async Task<TestBed> OnPostgresAsync(string program, string folder, string binaries)
    {
        Directory.CreateDirectory(folder);
        var server = await PostgresServer.StartAsync(binaries);
        try
        {
            var raw = await PostgresRawStore.OpenAsync(await server.CreateDatabaseAsync("raw"));
            var ours = await server.CreateDatabaseAsync("ours");
            var address = Path.Combine(folder, "postgres-address");
            await File.WriteAllTextAsync(address, ours);
            var silo = await SiloProcess.StartAsync(program, Path.Combine(folder, "silo"), address);
            return new TestBed(
                silo, raw, server, () => new NpgsqlConnection(ours), () => OnPostgresAsync(program, NewFolderBeside(folder), binaries));
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Silo.Dispose();
        await Raw.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private static string NewFolderBeside(string folder) => $"{folder}-{Guid.NewGuid():N}";
}
