using Microsoft.Data.Sqlite;
using OrleansHybrid.Bench.Load;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Bench.Raw;

/// <summary>The writer of a bare SQLite file: prepared statements, row by row, in one transaction a call.</summary>
internal sealed class SqliteRawClient : IRawClient
{
    private readonly SqliteConnection _connection;
    private readonly SqliteCommand _begin;
    private readonly SqliteCommand _commit;
    private readonly SqliteCommand _addTask;
    private readonly SqliteCommand _addReady;
    private readonly SqliteCommand _first;
    private readonly SqliteCommand _takeReady;
    private readonly SqliteCommand _addLease;
    private readonly SqliteCommand _dropLease;
    private readonly SqliteCommand _endTask;
    private readonly SqliteCommand _addEvent;
    private long _lastKey;

    public SqliteRawClient(SqliteConnection connection)
    {
        _connection = connection;
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _addTask = Prepare(
            $"""
            INSERT INTO tasks (id, project_id, lane, priority, label, schedule_id, spec, retry_count, created_at, updated_at, ready_key, payload)
            VALUES (@id, @project, @lane, 0, '', '', '{RawTasks.Spec}', 0, @now, @now, @key, @payload)
            """,
            "id", "project", "lane", "now", "key", "payload");
        _addReady = Prepare(
            $"""
            INSERT INTO ready (lane, priority, key, task_id, attempt, losses, lease_seconds)
            VALUES (@lane, 0, @key, @id, 0, 0, {RawTasks.LeaseSeconds})
            """,
            "lane", "key", "id");
        _first = Prepare(
            "SELECT key, task_id, attempt, losses FROM ready WHERE lane = @lane AND priority = 0 ORDER BY key LIMIT @most",
            "lane", "most");
        _takeReady = Prepare("DELETE FROM ready WHERE lane = @lane AND priority = 0 AND key = @key", "lane", "key");
        _addLease = Prepare(
            $"""
            INSERT INTO leases (task_id, attempt, losses, token, session_id, claim_key, claimed_at, until, lease_seconds)
            VALUES (@id, @attempt, @losses, @token, @session, @claim, @now, @until, {RawTasks.LeaseSeconds})
            """,
            "id", "attempt", "losses", "token", "session", "claim", "now", "until");
        _dropLease = Prepare(
            "DELETE FROM leases WHERE task_id = @id AND attempt = @attempt AND token = @token", "id", "attempt", "token");
        _endTask = Prepare(
            $"""
            UPDATE tasks
            SET phase = {(int)TaskPhase.Complete}, exit_code = 0, duration = 1, attempt = @attempt, started_at = @now,
                ended_at = @now, updated_at = @now,
                losses = 0, percent = 0, message = '', digest = '', log_size = 0
            WHERE id = @id AND phase = 0
            """,
            "attempt", "now", "id");
        _addEvent = Prepare(
            "INSERT INTO task_events (task_id, seq, at, attempt, kind, session_id, claimed_at) VALUES (@id, @seq, @at, @attempt, @kind, @session, @claimed)",
            "id", "seq", "at", "attempt", "kind", "session", "claimed");
    }

    public void QueueOne(long lane) => QueueMany(lane, 1);

    public void QueueMany(long lane, int tasks)
    {
        _begin.ExecuteNonQuery();
        foreach (var id in RawTasks.NewIds(tasks))
        {
            var key = ++_lastKey;
            Run(
                _addTask, id, RawTasks.SomeId, lane, RawTasks.Now, key, Payload.Bytes);
            Run(_addReady, lane, key, id);
        }

        _commit.ExecuteNonQuery();
    }

    public int ClaimAndFinish(long lane, int max)
    {
        var leased = Claim(lane, max);
        Finish(leased);
        return leased.Count;
    }

    public void Commit() => Run(_addEvent, RawTasks.NewIds(1)[0], ++_lastKey, RawTasks.Now, 1, "commit", RawTasks.SomeId, RawTasks.Now);

    public void Dispose() => _connection.Dispose();

    private List<(string Id, int Attempt, string Token)> Claim(long lane, int max)
    {
        var (now, claim) = (RawTasks.Now, RawTasks.NewToken());
        var leased = new List<(string Id, int Attempt, string Token)>();
        _begin.ExecuteNonQuery();
        foreach (var (key, id, attempt, losses) in First(lane, max))
        {
            var token = RawTasks.NewToken();
            Run(_takeReady, lane, key);
            Run(_addLease, id, attempt + 1, losses, token, RawTasks.SomeId, claim, now, now + RawTasks.FirstLeaseMilliseconds);
            leased.Add((id, attempt + 1, token));
        }

        _commit.ExecuteNonQuery();
        return leased;
    }

    private List<(long Key, string Id, int Attempt, int Losses)> First(long lane, int max)
    {
        (_first.Parameters[0].Value, _first.Parameters[1].Value) = (lane, max);
        using var rows = _first.ExecuteReader();
        var first = new List<(long Key, string Id, int Attempt, int Losses)>();
        while (rows.Read())
        {
            first.Add((rows.GetInt64(0), rows.GetString(1), rows.GetInt32(2), rows.GetInt32(3)));
        }

        return first;
    }

    private void Finish(List<(string Id, int Attempt, string Token)> leased)
    {
        var now = RawTasks.Now;
        _begin.ExecuteNonQuery();
        foreach (var (id, attempt, token) in leased)
        {
            Run(_dropLease, id, attempt, token);
            Run(_endTask, attempt, now, id);
            Run(_addEvent, id, ++_lastKey, now, attempt, "complete", RawTasks.SomeId, now);
        }

        _commit.ExecuteNonQuery();
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> parameters)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in parameters)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"@{name}" });
        }

        return command;
    }

    private static void Run(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        command.ExecuteNonQuery();
    }
}
