using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Stores.Sqlite;

/// <summary>One SQLite file, held by one process: readers beside one writer, each commit on disk before it is acknowledged.</summary>
internal sealed partial class SqliteDatabase : IDatabase, IDatabaseInitializer, IDisposable
{
    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly EmbeddedSql _queries = EmbeddedSql.Sqlite;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly string _file;
    private readonly FileStream _lock;

    public SqliteDatabase(string file, TimeProvider time, ILogger log)
    {
        SQLitePCL.Batteries_V2.Init();
        _file = file;
        _time = time;
        _log = log;
        _lock = Lock(file);
        try
        {
            EnsurePrivate(file);
            Writer = new SqliteWriter(Open(), time);
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>Where everything that writes goes through.</summary>
    public SqliteWriter Writer { get; }

    public string Description => "SQLite";

    public async Task MigrateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Writer.RunAsync(
                session =>
                {
                    var version = SqliteMigrations.Apply(session, _queries, _file);
                    Writer.BeginKeys(session.Query("key_block", row => row.GetInt32(0))[0]);
                    return version;
                },
                cancellationToken);
        }
        catch (SqliteException ex)
        {
            throw new InvalidOperationException($"{_file} can't be brought to this program's schema: {ex.Message}", ex);
        }
    }

    public async Task<bool> IsInitializedAsync(CancellationToken cancellationToken) =>
        (await ReadAsync("schema_version", row => row.GetInt32(0), cancellationToken))[0] > 0;

    public async Task PingAsync(CancellationToken cancellationToken) =>
        await Writer.RunAsync(session => session.Query("ping", row => row.GetInt32(0)), cancellationToken);

    public async Task CheckServerKeyAsync(byte[] fingerprint, CancellationToken cancellationToken)
    {
        var kept = await WriteAsync(
            "setting_keep", row => row.GetByteArray(0), cancellationToken, ("name", "server_key"), ("value", fingerprint));
        if (!kept[0].AsSpan().SequenceEqual(fingerprint))
        {
            throw new InvalidOperationException(
                $"{_file} was written under another server key: start with the key file that belongs to it.");
        }
    }

    public Task<DateTimeOffset> NowAsync(CancellationToken cancellationToken) => Task.FromResult(_time.GetUtcNow());

    public Task<IReadOnlyList<T>> ReadAsync<T>(
        string query, Func<DbDataReader, T> map, CancellationToken cancellationToken, params (string Name, object? Value)[] values) =>
        Task.FromResult(Read(session => session.Query(query, map, values)));

    public Task<IReadOnlyList<T>> WriteAsync<T>(
        string query, Func<DbDataReader, T> map, CancellationToken cancellationToken, params (string Name, object? Value)[] values) =>
        Writer.RunAsync(session => session.Query(query, map, values), cancellationToken);

    /// <summary>Runs reads on a connection that no other caller uses meanwhile.</summary>
    public T Read<T>(Func<SqliteSession, T> reads)
    {
        var session = _readers.TryTake(out var idle) ? idle : Open();
        try
        {
            return reads(session);
        }
        catch (SqliteException ex)
        {
            throw new StoreUnavailableException($"{_file} can't be read: {ex.Message}", ex);
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
        try
        {
            connection.Open();
            var session = new SqliteSession(connection, _queries);
            session.Execute("connection_open");
            return session;
        }
        catch (SqliteException ex)
        {
            connection.Dispose();
            throw new StoreUnavailableException($"{_file} can't be opened: {ex.Message}", ex);
        }
    }

    /// <summary>Made before SQLite makes it: what SQLite writes beside it gets the file's own rights.</summary>
    private void EnsurePrivate(string file)
    {
        PrivateFiles.Open(file, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
        string[] all = [file, $"{file}-wal", $"{file}-shm", $"{file}-journal", $"{file}.lock"];
        foreach (var each in all)
        {
            if (PrivateFiles.RestrictToOwner(each) is { } before)
            {
                PermissionsRestricted(each, before);
            }
        }
    }

    /// <summary>Checks the file under the lock, and leaves no lock file beside a database that is not ours.</summary>
    private static FileStream Lock(string file)
    {
        var path = $"{file}.lock";
        var isNew = !File.Exists(path);
        FileStream held;
        try
        {
            held = PrivateFiles.Open(path, FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException ex)
        {
            throw new InvalidOperationException(
                $"{file} is in use by another process: one process holds a SQLite store; for several, use PostgreSQL.", ex);
        }

        try
        {
            SqliteFile.Check(file);
            return held;
        }
        catch
        {
            held.Dispose();
            if (isNew)
            {
                File.Delete(path);
            }

            throw;
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Restricted {File} to its owner; other users could read it (mode {Mode})")]
    private partial void PermissionsRestricted(string file, UnixFileMode mode);
}
