using Npgsql;
using NpgsqlTypes;
using OrleansHybrid.Bench.Load;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Bench.Raw;

/// <summary>
/// One connection to a bare PostgreSQL: prepared statements, sent in one message, one transaction a call. Batches go as arrays,
/// one for each column in which two tasks of a batch can differ.
/// </summary>
internal sealed class PostgresRawClient : IRawClient
{
    private const string TaskColumns =
        """
        id, project_id, lane, priority, label, schedule_id, spec, retry_count, created_at, updated_at, ready_key, payload
        """;

    private const string QueueManySql =
        $"""
        WITH item AS MATERIALIZED (
          SELECT i.*, nextval('ready_keys') AS key
          FROM unnest($1, $2, $3, $4, $5, $6) i (id, priority, label, spec, lease_seconds, payload)
        ), stored AS (
          INSERT INTO tasks ({TaskColumns})
          SELECT id, $7, $8, priority, label, '', spec, 0, $9, $9, key, payload
          FROM item
        )
        INSERT INTO ready (lane, priority, key, task_id, attempt, losses, lease_seconds)
        SELECT $8, priority, key, id, 0, 0, lease_seconds FROM item
        """;

    private const string ClaimSql =
        """
        WITH taken AS (
          DELETE FROM ready
          WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM ready WHERE lane = $1 AND priority = 0 ORDER BY key LIMIT $2 FOR UPDATE SKIP LOCKED))
          RETURNING task_id, attempt + 1 AS attempt, losses, lease_seconds, replace(gen_random_uuid()::text, '-', '') AS token
        ), leased AS (
          INSERT INTO leases (task_id, attempt, losses, token, session_id, claim_key, claimed_at, until, lease_seconds)
          SELECT task_id, attempt, losses, token, $3, $4, $5, $5 + 10000, lease_seconds FROM taken
        )
        SELECT task_id, token FROM taken
        """;

    private const string FinishSql =
        """
        WITH dropped AS (
          DELETE FROM leases l
          USING unnest($1, $2) i (task_id, token)
          WHERE l.task_id = i.task_id AND l.token = i.token
          RETURNING l.task_id, l.attempt, l.session_id, l.claimed_at
        ), ended AS (
          UPDATE tasks t
          SET phase = $3, exit_code = 0, duration = 1, attempt = d.attempt, started_at = $4, ended_at = $4, updated_at = $4,
              losses = 0, percent = 0, message = '', digest = '', log_size = 0
          FROM dropped d
          WHERE t.id = d.task_id AND t.phase = 0
        )
        INSERT INTO task_events (task_id, at, attempt, kind, session_id, claimed_at)
        SELECT task_id, $4, attempt, 'complete', session_id, claimed_at FROM dropped
        """;

    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _queueOne;
    private readonly NpgsqlCommand _queueMany;
    private readonly NpgsqlCommand _claim;
    private readonly NpgsqlCommand _finish;
    private readonly NpgsqlCommand _commit;

    public PostgresRawClient(NpgsqlConnection connection)
    {
        const NpgsqlDbType text = NpgsqlDbType.Text, texts = NpgsqlDbType.Array | text;
        const NpgsqlDbType big = NpgsqlDbType.Bigint, number = NpgsqlDbType.Integer, numbers = NpgsqlDbType.Array | number;
        _connection = connection;
        _queueOne = Prepare(
            $"""
            WITH stored AS (
              INSERT INTO tasks ({TaskColumns})
              VALUES ($1, $2, $3, 0, '', '', $4, 0, $5, $5, nextval('ready_keys'), $6)
              RETURNING id, lane, priority, ready_key
            )
            INSERT INTO ready (lane, priority, key, task_id, attempt, losses, lease_seconds)
            SELECT lane, priority, ready_key, id, 0, 0, $7 FROM stored
            """,
            text, text, big, text, big, NpgsqlDbType.Bytea, number);
        _queueMany = Prepare(
            QueueManySql, texts, numbers, texts, texts, numbers, NpgsqlDbType.Array | NpgsqlDbType.Bytea, text, big, big);
        _claim = Prepare(ClaimSql, big, number, text, text, big);
        _finish = Prepare(FinishSql, texts, texts, number, big);
        _commit = Prepare(
            "INSERT INTO task_events (task_id, at, attempt, kind) VALUES ($1, $2, 1, 'commit')", text, big);
    }

    public void QueueOne(long lane) => Run(
        _queueOne, RawTasks.NewIds(1)[0], RawTasks.SomeId, lane, RawTasks.Spec, RawTasks.Now, Payload.Bytes, RawTasks.LeaseSeconds);

    public void QueueMany(long lane, int tasks) => Run(
        _queueMany, RawTasks.NewIds(tasks), Same(0, tasks), Same("", tasks), Same(RawTasks.Spec, tasks), Same(RawTasks.LeaseSeconds, tasks),
        Same(Payload.Bytes, tasks), RawTasks.SomeId, lane, RawTasks.Now);

    public int ClaimAndFinish(long lane, int max)
    {
        var (tasks, tokens) = (new List<string>(), new List<string>());
        Bind(_claim, lane, max, RawTasks.SomeId, RawTasks.NewToken(), RawTasks.Now);
        using (var rows = _claim.ExecuteReader())
        {
            while (rows.Read())
            {
                tasks.Add(rows.GetString(0));
                tokens.Add(rows.GetString(1));
            }
        }

        Run(_finish, tasks, tokens, (int)TaskPhase.Complete, RawTasks.Now);
        return tasks.Count;
    }

    public void Commit() => Run(_commit, RawTasks.NewIds(1)[0], RawTasks.Now);

    public void Dispose() => _connection.Dispose();

    private NpgsqlCommand Prepare(string sql, params ReadOnlySpan<NpgsqlDbType> types)
    {
        var command = new NpgsqlCommand(sql, _connection);
        foreach (var type in types)
        {
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type });
        }

        command.Prepare();
        return command;
    }

    private static T[] Same<T>(T value, int count)
    {
        var all = new T[count];
        Array.Fill(all, value);
        return all;
    }

    private static void Bind(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }
    }

    private static void Run(NpgsqlCommand command, params ReadOnlySpan<object> values)
    {
        Bind(command, values);
        command.ExecuteNonQuery();
    }
}
