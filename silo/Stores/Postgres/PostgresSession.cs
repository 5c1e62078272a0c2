using System.Buffers;
using System.Data.Common;
using Npgsql;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>A connection that runs named statements.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection, EmbeddedSql queries, bool inTransaction)
{
    private const int MaxTries = 3;
    private const char Replacement = '\ufffd';
    private static readonly SearchValues<char> Unstorable =
        SearchValues.Create([.. Enumerable.Range(0xd800, 0x800).Select(code => (char)code), '\0']);

    /// <summary>Runs a named statement and reads its rows; again when it lost a deadlock.</summary>
    public async Task<IReadOnlyList<T>> QueryAsync<T>(
        string query, Func<DbDataReader, T> map, CancellationToken cancellationToken, params (string Name, object? Value)[] values)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await RunAsync(query, map, values, cancellationToken);
            }
            catch (PostgresException ex)
                when (PostgresErrors.IsDeadlock(ex) && !inTransaction && tries < MaxTries)
            {
                // Each statement is a transaction of its own here: nothing of it was written.
            }
        }
    }

    /// <summary>What PostgreSQL can't keep in a text, NUL and halves of characters, becomes the replacement character.</summary>
    public static string Storable(string text)
    {
        if (!text.AsSpan().ContainsAny(Unstorable))
        {
            return text;
        }

        return string.Create(text.Length, text, (clean, raw) =>
        {
            for (var i = 0; i < raw.Length; i++)
            {
                var pair = char.IsHighSurrogate(raw[i]) && i + 1 < raw.Length && char.IsLowSurrogate(raw[i + 1]);
                clean[i] = pair || !Unstorable.Contains(raw[i]) ? raw[i] : Replacement;
                if (pair)
                {
                    clean[++i] = raw[i];
                }
            }
        });
    }

    private async Task<IReadOnlyList<T>> RunAsync<T>(
        string query, Func<DbDataReader, T> map, (string Name, object? Value)[] values, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(queries[query], connection);
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, Bound(value));
        }

        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<T>();
        do
        {
            while (await rows.ReadAsync(cancellationToken))
            {
                found.Add(map(rows));
            }
        }
        while (await rows.NextResultAsync(cancellationToken));
        return found;
    }

    private static object Bound(object? value) => value switch
    {
        null => DBNull.Value,
        string text => Storable(text),
        string?[] texts => Array.ConvertAll(texts, text => text is null ? null : Storable(text)),
        _ => value,
    };
}
