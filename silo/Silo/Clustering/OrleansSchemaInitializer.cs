using Npgsql;

namespace OrleansHybrid.Silo.Clustering;

/// <summary>
/// Makes the tables in which silos find each other, and tells Orleans how to ask them. Comes before the silo's own
/// start; that of several silos at once is one after the other.
/// </summary>
internal sealed class OrleansSchemaInitializer(ControlPlaneOptions options) : IHostedService
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
