using Npgsql;
using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Stores.Postgres;

/// <summary>Distinguishes database failures from faults of the data.</summary>
internal static class PostgresErrors
{
    /// <summary>A statement lost a deadlock: nothing of it was written, and running it again helps.</summary>
    public static bool IsDeadlock(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure;

    /// <summary>True when the database is unreachable, full, shutting down or not responding, whatever the data.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        PostgresException { SqlState: var state } postgres => IsDeadlock(postgres) || IsTransient(state),
        NpgsqlException or ObjectDisposedException or TimeoutException or IOException => true,
        _ => false,
    };

    /// <summary>True when the connection is lost, and not merely slow or rejected.</summary>
    public static bool IsConnectionLost(Exception exception) => exception switch
    {
        PostgresException { SqlState: var state } => state.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException { InnerException: TimeoutException } => false,
        _ => true,
    };

    /// <summary>The exception that the stores promise.</summary>
    public static StoreUnavailableException Unavailable(Exception exception) =>
        new($"PostgreSQL is not available: {exception.Message}", exception);

    /// <summary>
    /// By class: connection, login, resources (too many connections, disk full), prerequisites (locks), operator (shutdown,
    /// cancelled), system; and a standby that takes no writes.
    /// </summary>
    private static bool IsTransient(string state) =>
        state[..2] is "08" or "28" or "53" or "55" or "57" or "58" || state == PostgresErrorCodes.ReadOnlySqlTransaction;
}
