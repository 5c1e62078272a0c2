using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Orleans.Hybrid.Domain.Steps;

namespace Orleans.Hybrid.Stores.Sqlite;

/// <summary>One SQLite file, held by one process: readers beside one writer, each commit on disk before it is acknowledged.</summary>
internal sealed class SqliteDatabase : IDatabase, IStoreSetup, IDisposable
{
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly SqlFiles _queries = new("Sqlite");
    private readonly TimeProvider _time;
    private readonly string _file;
    private readonly FileStream _lock;

    public SqliteDatabase(string file, TimeProvider time)
    {
        SQLitePCL.Batteries_V2.Init();
        _file = file;
        _time = time;
        _lock = Lock(file);
        Writer = new SqliteWriter(Open(), time);
    }

    /// <summary>Where everything that writes goes through.</summary>
    public SqliteWriter Writer { get; }

    public string Description => "SQLite";

    public async Task MigrateAsync(CancellationToken cancel) => await Writer.RunAsync(
        session =>
        {
            var version = SqliteMigrations.Apply(session, _queries, _file);
            Writer.BeginKeys(session.Query("key_block", row => row.GetInt32(0))[0]);
            return version;
        },
        cancel);

    public async Task PingAsync(CancellationToken cancel) =>
        await Writer.RunAsync(session => session.Query("ping", row => row.GetInt32(0)), cancel);

    public async Task CheckServerKeyAsync(byte[] fingerprint, CancellationToken cancel)
    {
        var kept = await WriteAsync(
            "setting_keep", row => row.Bytes(0), cancel, ("name", "server_key"), ("value", fingerprint));
        if (!kept[0].AsSpan().SequenceEqual(fingerprint))
        {
            throw new InvalidOperationException(
                $"{_file} was written under another server key: start with the key file that belongs to it.");
        }
    }

    public Task<DateTimeOffset> NowAsync(CancellationToken cancel) => Task.FromResult(_time.GetUtcNow());

    public Task<IReadOnlyList<T>> ReadAsync<T>(
        string query, Func<DbDataReader, T> map, CancellationToken cancel, params (string Name, object? Value)[] values) =>
        Task.FromResult(Read(session => session.Query(query, map, values)));

    public Task<IReadOnlyList<T>> WriteAsync<T>(
        string query, Func<DbDataReader, T> map, CancellationToken cancel, params (string Name, object? Value)[] values) =>
        Writer.RunAsync(session => session.Query(query, map, values), cancel);

    /// <summary>Runs reads on a connection that nobody else uses meanwhile.</summary>
    public T Read<T>(Func<SqliteSession, T> reads)
    {
        var session = _readers.TryTake(out var idle) ? idle : Open();
        try
        {
            return reads(session);
        }
        catch (SqliteException trouble)
        {
            throw new StoreUnavailableException($"{_file} can't be read: {trouble.Message}", trouble);
        }
        finally
        {
            _readers.Add(session);
        }
    }

    public void Dispose()
    {
        Writer.Dispose();
        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        _lock.Dispose();
    }

    private SqliteSession Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _file,
            Pooling = false,
            // As long as a locked file is waited for, by the driver and by SQLite itself.
            DefaultTimeout = 5,
        }.ToString());
        connection.Open();
        var session = new SqliteSession(connection, _queries);
        session.Execute("connection_open");
        return session;
    }

    private static FileStream Lock(string file)
    {
        try
        {
            return new FileStream($"{file}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException trouble)
        {
            throw new InvalidOperationException(
                $"{file} is in use by another process: one process holds a SQLite store; for several, use PostgreSQL.", trouble);
        }
    }
}
