using System.Text;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Standalone;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo.Admin;

/// <summary>
/// Prepares a database that several silos will share: its tables, and a first user with a token, a project and a cluster.
/// </summary>
internal sealed class SetupCommand(Bootstrapper bootstrapper, StoreOptions options, IDatabaseInitializer store, ServerKey key)
{
    /// <summary>
    /// Writes <c>connection.json</c> and, for a runner that shall see no user token, <c>cluster-id</c> and
    /// <c>cluster-token</c> in a folder of their own, <c>runner</c>; with what an earlier call wrote, finds the same again.
    /// </summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await store.CheckServerKeyAsync(key.Fingerprint, cancellationToken);
        var connection = await bootstrapper.EnsureAsync(ConnectionDetails.Read(options.DataDirectory), cancellationToken);
        var runner = Directory.CreateDirectory(Path.Combine(options.DataDirectory, "runner")).FullName;
        AtomicPrivateFile.Write(Path.Combine(runner, "cluster-id"), Encoding.UTF8.GetBytes(connection.ClusterId), replace: true);
        AtomicPrivateFile.Write(Path.Combine(runner, "cluster-token"), Encoding.UTF8.GetBytes(connection.ClusterToken), replace: true);
        connection.Write(options.DataDirectory);
        return ExitCodes.Success;
    }
}
