using Orleans.Hybrid.Silo.Engines;
using Orleans.Hybrid.Silo.Security;
using Orleans.Hybrid.Stores;

namespace Orleans.Hybrid.Silo;

/// <summary>What has to be right before anything runs: the schema, and the key that this database is used with.</summary>
internal sealed partial class Preparation(
    IStoreSetup store, ServerKey key, ControlPlaneOptions options, ILogger<Preparation> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.MigrateAsync(cancellationToken);
        await store.CheckServerKeyAsync(key.Fingerprint, cancellationToken);
        Starting(Product.Version, GrainEngineSetup.Name, store.Description, options.DataDirectory);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Information, "Orleans.Hybrid {Version}: engine {Engine}, store {Store}, data in {Directory}")]
    private partial void Starting(string version, string engine, string store, string directory);
}
