using Npgsql;

namespace OrleansHybrid.Bench.Raw;

/// <summary>A PostgreSQL database with the product's schema.</summary>
internal sealed class PostgresRawStore : IRawStore
{
    /// <summary>Plans that go by index although the planner believes the tables to be small: what a hand would tune.</summary>
    private const string FixedPlans =
        "-c enable_seqscan=off -c enable_bitmapscan=off -c enable_mergejoin=off -c enable_hashjoin=off -c jit=off"
        + " -c plan_cache_mode=force_generic_plan";

    private readonly NpgsqlDataSource _source;

    private PostgresRawStore(NpgsqlDataSource source) => _source = source;

    public int Clients => 16;

    /// <summary>Makes the tables in an empty database.</summary>
    public static async Task<PostgresRawStore> OpenAsync(string address)
    {
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(address) { Options = FixedPlans });
        foreach (var migration in RawTasks.Migrations("Postgres"))
        {
            await using var command = source.CreateCommand(migration);
            await command.ExecuteNonQueryAsync();
        }

        return new PostgresRawStore(source);
    }

    public IRawClient Connect() => new PostgresRawClient(_source.OpenConnection());

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
