using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Npgsql;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.History;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tasks;

namespace OrleansHybrid.Stores.History;

/// <summary>Reads the history by one statement, which sees one moment; it holds the rows of one task at a time.</summary>
internal sealed class HistoryStore(Func<DbConnection> connect, string statement) : IHistoryStore
{
    private const int RowPart = 0;
    private const int EventPart = 1;
    private const int LeasePart = 3;

    public async IAsyncEnumerable<TaskHistory> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var connection = connect();
        await using var command = connection.CreateCommand();
        await using var rows = await OpenAsync(connection, command, cancellationToken);
        var task = new TaskHistoryBuilder("");
        while (await AdvanceAsync(rows, cancellationToken))
        {
            if (rows.GetString(0) is var id && id != task.Id)
            {
                if (task.Id.Length > 0)
                {
                    yield return task.Build();
                }

                task = new TaskHistoryBuilder(id);
            }

            task.Add(rows);
        }

        if (task.Id.Length > 0)
        {
            yield return task.Build();
        }
    }

    private async Task<DbDataReader> OpenAsync(DbConnection connection, DbCommand command, CancellationToken cancellationToken)
    {
        try
        {
            await connection.OpenAsync(cancellationToken);
            command.CommandText = statement;
            command.CommandTimeout = 0;
            return await command.ExecuteReaderAsync(cancellationToken);
        }
        catch (Exception ex) when (ex is NpgsqlException or SqliteException or TimeoutException or IOException)
        {
            throw Unavailable(ex);
        }
    }

    private static async Task<bool> AdvanceAsync(DbDataReader rows, CancellationToken cancellationToken)
    {
        try
        {
            return await rows.ReadAsync(cancellationToken);
        }
        catch (Exception ex) when (ex is NpgsqlException or SqliteException or TimeoutException or IOException)
        {
            throw Unavailable(ex);
        }
    }

    private static StoreUnavailableException Unavailable(Exception exception) =>
        new($"the history can't be read: {exception.Message}", exception);

    /// <summary>What has come of one task so far.</summary>
    private sealed class TaskHistoryBuilder(string id)
    {
        private readonly List<HistoryEvent> _events = [];
        private readonly List<HistoryChunk> _chunks = [];
        private HistoryRow? _row;
        private HistoryLease? _lease;

        public string Id => id;

        public TaskHistory Build() => new()
        {
            Task = id,
            Row = _row,
            Lease = _lease,
            Events = [.. _events.OrderBy(each => each.Seq)],
            Chunks = [.. _chunks.OrderBy(chunk => chunk.Attempt).ThenBy(chunk => chunk.Start)],
        };

        public void Add(DbDataReader row)
        {
            switch (row.GetInt32(1))
            {
                case RowPart:
                    _row = RowOf(row);
                    break;
                case EventPart:
                    _events.Add(new HistoryEvent(
                        row.GetInt64(2), row.GetInt64(3), row.GetInt32(4), row.GetString(5), row.GetStringOrNull(6), row.IsDBNull(12) ? null : row.GetInt64(12)));
                    break;
                case LeasePart:
                    _lease = new HistoryLease(row.GetInt32(4), row.GetInt64(12));
                    break;
                default:
                    _chunks.Add(new HistoryChunk(row.GetInt32(4), Start: row.GetInt64(2), Size: row.GetInt64(3)));
                    break;
            }
        }

        private static HistoryRow RowOf(DbDataReader row)
        {
            var spec = StoredSpec.ParseTask(row.GetString(9));
            return new HistoryRow
            {
                CreatedAt = row.GetInt64(3),
                Attempt = row.GetInt32(4),
                End = row.GetInt32OrNull(7) is { } phase ? ((TaskPhase)phase).ToString().ToLowerInvariant() : null,
                Losses = row.GetInt32(8),
                MaxLosses = spec.MaxLosses,
                Retries = spec.Retries,
                RetryCount = row.GetInt32(10),
                IsRequested = row.GetInt32(11) == 1,
                IsWaiting = row.GetInt32(13) == 1,
            };
        }
    }
}
