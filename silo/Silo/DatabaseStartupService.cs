using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo;

/// <summary>
/// The checks before anything runs: the schema, and the key that this database is used with.
/// </summary>
internal sealed partial class DatabaseStartupService(
    IDatabaseInitializer store, ServerKey key, StoreOptions options, ServerOptions server, ILogger<DatabaseStartupService> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        RestrictSecretFiles();
        await store.MigrateAsync(cancellationToken);
        await store.CheckServerKeyAsync(key.Fingerprint, cancellationToken);
        Starting(ProductInfo.Version, store.Description, options.DataDirectory);
        if (server.PublicUrl is null && server.Urls.FirstOrDefault(PublicAddress.IsWildcard) is { } url)
        {
            NoPublicUrl(url);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Files with secrets that an earlier version, or a person, left readable in our own folder; what lies elsewhere is not ours.</summary>
    private void RestrictSecretFiles()
    {
        string[] files = ["server.key", "connection.json", "iron.json", "postgres", "postgres-password"];
        foreach (var file in files.Select(name => Path.Combine(options.DataDirectory, name)))
        {
            try
            {
                if (PrivateFiles.RestrictToOwner(file) is { } before)
                {
                    Narrowed(file, before);
                }
            }
            catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
            {
                NotNarrowed(file, ex.Message);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Orleans.Hybrid {Version}: store {Store}, data in {Data}")]
    private partial void Starting(string version, string store, string data);

    [LoggerMessage(2, LogLevel.Warning, "Public URL not set; cluster tokens name {Url} and work on this machine only (set --public-url)")]
    private partial void NoPublicUrl(string url);

    [LoggerMessage(3, LogLevel.Warning, "Restricted {File} to its owner; other users could read it (mode {Mode})")]
    private partial void Narrowed(string file, UnixFileMode mode);

    [LoggerMessage(4, LogLevel.Warning, "Other users can read {File} and its mode could not be changed ({Reason}); run chmod 600 on it")]
    private partial void NotNarrowed(string file, string reason);
}
