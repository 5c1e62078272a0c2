using Orleans.Hybrid.Silo.Security;
using Orleans.Hybrid.Stores;

namespace Orleans.Hybrid.Silo;

/// <summary>
/// What has to be right before anything runs: the schema, and the key that this database is used with.
/// </summary>
internal sealed partial class Preparation(
    IStoreSetup store, ServerKey key, ControlPlaneOptions options, ILogger<Preparation> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.MigrateAsync(cancellationToken);
        await store.CheckServerKeyAsync(key.Fingerprint, cancellationToken);
        Starting(Product.Version, store.Description, options.DataDirectory);
        if (options.PublicUrl is null && options.Urls.FirstOrDefault(PublicAddress.IsEverywhere) is { } url)
        {
            NoPublicUrl(url);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1, LogLevel.Information, "Orleans.Hybrid {Version}: store {Store}, data in {Data}")]
    private partial void Starting(string version, string store, string data);

    [LoggerMessage(2, LogLevel.Warning, "On {Url} cluster tokens name this machine only: set --public-url for others")]
    private partial void NoPublicUrl(string url);
}
