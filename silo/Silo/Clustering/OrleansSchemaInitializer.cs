using Npgsql;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Clustering;

/// <summary>
/// Creates the membership tables and Orleans' queries. Runs before the silo's own
/// start; several silos that start at once do it one after the other.
/// </summary>
internal sealed class OrleansSchemaInitializer(StoreOptions options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var script = typeof(OrleansSchemaInitializer).Assembly.GetManifestResourceStream("OrleansTables.sql")!;
        using var text = new StreamReader(script);
        await using var source = NpgsqlDataSource.Create(options.Database!);
        await using var command = source.CreateCommand(await text.ReadToEndAsync(cancellationToken));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
