using System.Text;
using Orleans.Hybrid.Silo.Engines;
using Orleans.Hybrid.Silo.Security;
using Orleans.Hybrid.Silo.SingleProcess;
using Orleans.Hybrid.Stores;

namespace Orleans.Hybrid.Silo.Admin;

/// <summary>
/// Prepares a database that several silos will share: its tables, and a first user with a token, a project and a cluster.
/// </summary>
internal sealed class SetupDesk(
    FirstStart first, ControlPlaneOptions options, PublicAddress address, IStoreSetup store, ServerKey key)
{
    /// <summary>
    /// Writes <c>connection.json</c> and, for a runner that shall see no user token, <c>cluster-id</c> and
    /// <c>cluster-token</c> in a folder of their own, <c>runner</c>; with what an earlier call wrote, finds the same again.
    /// </summary>
    public async Task<int> SetUpAsync(CancellationToken cancel)
    {
        await store.CheckServerKeyAsync(key.Fingerprint, cancel);
        var (token, project, clusterToken) = await first.EnsureAsync(Connection.Read(options.DataDirectory), cancel);
        var connection = new Connection
        {
            Url = address.Value,
            ProjectId = project.Id,
            Token = token,
            ClusterId = project.DefaultClusterId!,
            ClusterToken = clusterToken,
            Engine = GrainEngineSetup.Name,
            Store = store.Description,
        };
        var runner = Directory.CreateDirectory(Path.Combine(options.DataDirectory, "runner")).FullName;
        OwnersFile.Write(Path.Combine(runner, "cluster-id"), Encoding.UTF8.GetBytes(connection.ClusterId), replace: true);
        OwnersFile.Write(Path.Combine(runner, "cluster-token"), Encoding.UTF8.GetBytes(clusterToken), replace: true);
        connection.Write(options.DataDirectory);
        return ExitCode.Fine;
    }
}
