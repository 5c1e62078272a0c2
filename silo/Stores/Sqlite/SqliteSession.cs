using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace OrleansHybrid.Stores.Sqlite;

/// <summary>A connection with its prepared statements, for one thread at a time.</summary>
internal sealed class SqliteSession(SqliteConnection connection, EmbeddedSql queries) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    /// <summary>Runs a named statement and reads its rows.</summary>
    public IReadOnlyList<T> Query<T>(
        string query, Func<DbDataReader, T> map, params ReadOnlySpan<(string Name, object? Value)> values)
    {
        using var rows = Bind(query, values).ExecuteReader();
        var found = new List<T>();
        do
        {
            while (rows.Read())
            {
                found.Add(map(rows));
            }
        }
        while (rows.NextResult());
        return found;
    }

    /// <summary>Runs a named statement; returns how many rows it changed.</summary>
    public int Execute(string query, params ReadOnlySpan<(string Name, object? Value)> values) =>
        Bind(query, values).ExecuteNonQuery();

    /// <summary>Runs SQL that has no name: transactions and migrations.</summary>
    public void Run(string sql)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            _prepared[sql] = command;
        }

        command.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    private SqliteCommand Bind(string query, ReadOnlySpan<(string Name, object? Value)> values)
    {
        if (!_prepared.TryGetValue(query, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = queries[query];
            foreach (var (name, _) in values)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"@{name}" });
            }

            _prepared[query] = command;
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i].Value ?? DBNull.Value;
        }

        return command;
    }
}
