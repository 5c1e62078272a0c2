using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Stores.Sqlite;

/// <summary>
/// The one writer of a SQLite file, on a thread of its own. What came in while a commit was in flight shares the next one, each
/// piece under its own savepoint: a piece that fails for its data fails alone.
/// </summary>
internal sealed class SqliteWriter : IDisposable
{
    private const int MaxBatchSize = 4096;

    private readonly Channel<WriteRequest> _pieces = Channel.CreateUnbounded<WriteRequest>(
        new UnboundedChannelOptions { SingleReader = true });

    private readonly SqliteSession _session;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private long _lastKey;

    public SqliteWriter(SqliteSession session, TimeProvider time)
    {
        _session = session;
        _time = time;
        _thread = new Thread(WriteAll) { IsBackground = true, Name = "sqlite writer" };
        _thread.Start();
    }

    /// <summary>The database's clock.</summary>
    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>A key that no row has had: the order of waiting, and of events. Only for use by a piece.</summary>
    public long NextKey() => ++_lastKey;

    /// <summary>Keys start a block of their own, above all that earlier starts gave out. Only for use by a piece.</summary>
    public void BeginKeys(int block) => _lastKey = (long)block << 36;

    /// <summary>Runs <paramref name="write"/> in a transaction; done when that is on disk.</summary>
    public Task<T> RunAsync<T>(Func<SqliteSession, T> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var piece = new WriteRequest<T>(write);
        return _pieces.Writer.TryWrite(piece)
            ? piece.Result
            : Task.FromException<T>(new StoreUnavailableException("the store is closed", new ObjectDisposedException(nameof(SqliteWriter))));
    }

    public void Dispose()
    {
        _pieces.Writer.TryComplete();
        _thread.Join();
        _session.Dispose();
    }

    private void WriteAll()
    {
        var together = new List<WriteRequest>();
        while (_pieces.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            together.Clear();
            while (together.Count < MaxBatchSize && _pieces.Reader.TryRead(out var piece))
            {
                together.Add(piece);
            }

            Write(together);
        }
    }

    private void Write(List<WriteRequest> together)
    {
        try
        {
            _session.Run("BEGIN IMMEDIATE");
            foreach (var piece in together)
            {
                WriteOne(piece);
            }

            _session.Run("COMMIT");
        }
        catch (SqliteException ex)
        {
            Rollback();
            var unavailable = new StoreUnavailableException($"the SQLite store can't write: {ex.Message}", ex);
            together.ForEach(piece => piece.Fail(unavailable));
        }

        together.ForEach(piece => piece.Complete());
    }

    private void WriteOne(WriteRequest piece)
    {
        _session.Run("SAVEPOINT piece");
        try
        {
            piece.Run(_session);
            _session.Run("RELEASE piece");
        }
        catch (Exception ex) when (ex is not SqliteException sqlite || IsDataError(sqlite))
        {
            piece.Fail(ex);
            _session.Run("ROLLBACK TO piece");
            _session.Run("RELEASE piece");
        }
    }

    private void Rollback()
    {
        try
        {
            _session.Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // A full disk has rolled it back already.
        }
    }

    /// <summary>SQLITE_ERROR, TOOBIG, CONSTRAINT, MISMATCH, RANGE: the piece's own fault; all others are the file's or the disk's.</summary>
    private static bool IsDataError(SqliteException exception) => exception.SqliteErrorCode is 1 or 18 or 19 or 20 or 25;

    private abstract class WriteRequest
    {
        public abstract void Run(SqliteSession session);

        public abstract void Fail(Exception exception);

        public abstract void Complete();
    }

    private sealed class WriteRequest<T>(Func<SqliteSession, T> write) : WriteRequest
    {
        private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Exception? _error;
        private T? _result;

        public Task<T> Result => _done.Task;

        public override void Run(SqliteSession session) => _result = write(session);

        public override void Fail(Exception exception) => _error ??= exception;

        public override void Complete()
        {
            if (_error is null)
            {
                _done.SetResult(_result!);
            }
            else
            {
                _done.SetException(_error);
            }
        }
    }
}
