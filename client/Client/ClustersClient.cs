using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Client;

/// <summary>Calls about the user's clusters.</summary>
/// <example><code>
/// var cluster = await client.Clusters.CreateAsync(new NewCluster { Name = "site" });
/// Console.WriteLine($"CLUSTER_ID={cluster.Id} CLUSTER_TOKEN={cluster.Token}");
/// </code></example>
public sealed class ClustersClient
{
    private const int MaxPage = 100;
    private const int MaxPageSize = 100;

    private readonly IronHttpClient _api;

    internal ClustersClient(IronHttpClient api) => _api = api;

    /// <summary>Creates a cluster and gives it together with its token.</summary>
    public async Task<ClusterInfo> CreateAsync(NewCluster cluster, CancellationToken cancellationToken = default)
    {
        var answer = await _api.PostAsync(
            "clusters", cluster, IronJson.Default.NewCluster, IronJson.Default.ClusterResponse, cancellationToken)
            .ConfigureAwait(false);
        var created = answer.Cluster;
        return string.IsNullOrEmpty(created.Token)
            ? created with { Token = await GetCredentialsAsync(created.Id, cancellationToken).ConfigureAwait(false) }
            : created;
    }

    /// <summary>One page of the user's own clusters.</summary>
    /// <param name="page">Page, from 0 to 100.</param>
    /// <param name="perPage">Clusters a page, 1 to 100.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<ClusterInfo>> ListAsync(
        int page = 0, int perPage = 30, CancellationToken cancellationToken = default) =>
        ListAsync($"clusters?page={page}&per_page={perPage}", cancellationToken);

    /// <summary>One page of the clusters that others share with the user.</summary>
    /// <param name="page">Page, from 0 to 100.</param>
    /// <param name="perPage">Clusters a page, 1 to 100.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<IReadOnlyList<ClusterInfo>> ListSharedAsync(
        int page = 0, int perPage = 30, CancellationToken cancellationToken = default) =>
        ListAsync($"clusters?shared=true&page={page}&per_page={perPage}", cancellationToken);

    /// <summary>The cluster that this name means in a task: an own one before a shared one, then the oldest; null when there is none.</summary>
    public async Task<ClusterInfo?> FindAsync(string name, CancellationToken cancellationToken = default) =>
        await FindAsync(name, ListAsync, cancellationToken).ConfigureAwait(false)
        ?? await FindAsync(name, ListSharedAsync, cancellationToken).ConfigureAwait(false);

    /// <summary>One cluster with its runners.</summary>
    public async Task<ClusterInfo> GetAsync(string clusterId, CancellationToken cancellationToken = default) =>
        (await _api.GetAsync(Path(clusterId), IronJson.Default.ClusterResponse, cancellationToken).ConfigureAwait(false)).Cluster;

    /// <summary>How busy the cluster is.</summary>
    public async Task<ClusterStats> GetStatsAsync(string clusterId, CancellationToken cancellationToken = default)
    {
        var path = $"{Path(clusterId)}/stats";
        return (await _api.GetAsync(path, IronJson.Default.ClusterStatsResponse, cancellationToken).ConfigureAwait(false)).Cluster;
    }

    /// <summary>Changes what is named, and leaves the rest.</summary>
    public Task UpdateAsync(string clusterId, ClusterUpdate update, CancellationToken cancellationToken = default) => _api.PutAsync(
        Path(clusterId), update, IronJson.Default.ClusterUpdate, IronJson.Default.MessageResponse, cancellationToken);

    /// <summary>Deletes the cluster; rejected with 400 while tasks wait or run there.</summary>
    public Task DeleteAsync(string clusterId, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(Path(clusterId), IronJson.Default.MessageResponse, cancellationToken);

    /// <summary>Lets the user with this e-mail address queue to the cluster.</summary>
    public Task ShareAsync(string clusterId, string email, CancellationToken cancellationToken = default) => _api.PostAsync(
        $"{Path(clusterId)}/share",
        new ShareRequest { Email = email },
        IronJson.Default.ShareRequest,
        IronJson.Default.MessageResponse,
        cancellationToken);

    /// <summary>Takes that back.</summary>
    public Task UnshareAsync(string clusterId, string userId, CancellationToken cancellationToken = default) => _api.PostAsync(
        $"{Path(clusterId)}/unshare/{Uri.EscapeDataString(userId)}",
        () => new ByteArrayContent([]),
        IronJson.Default.MessageResponse,
        cancellationToken);

    /// <summary>Has these runners finish their tasks and stop.</summary>
    public Task TerminateAsync(string clusterId, IReadOnlyList<string> instanceIds, CancellationToken cancellationToken = default) =>
        SendCommandAsync(clusterId, "terminate", instanceIds, cancellationToken);

    /// <summary>Pauses these runners until they are resumed: they finish their tasks and claim no others, also after a restart.</summary>
    public Task PauseAsync(string clusterId, IReadOnlyList<string> instanceIds, CancellationToken cancellationToken = default) =>
        SendCommandAsync(clusterId, "pause", instanceIds, cancellationToken);

    /// <summary>Lets these runners take tasks again.</summary>
    public Task ResumeAsync(string clusterId, IReadOnlyList<string> instanceIds, CancellationToken cancellationToken = default) =>
        SendCommandAsync(clusterId, "resume", instanceIds, cancellationToken);

    /// <summary>Adds a token, which is good beside the others, and gives it with its secret.</summary>
    public async Task<ClusterTokenInfo> AddTokenAsync(string clusterId, CancellationToken cancellationToken = default)
    {
        var answer = await _api.PostAsync(
            $"{Path(clusterId)}/tokens",
            () => new ByteArrayContent([]),
            IronJson.Default.ClusterTokenResponse,
            cancellationToken).ConfigureAwait(false);
        return answer.Token;
    }

    /// <summary>The cluster's tokens without their secrets, newest first.</summary>
    public async Task<IReadOnlyList<ClusterTokenInfo>> ListTokensAsync(string clusterId, CancellationToken cancellationToken = default)
    {
        var path = $"{Path(clusterId)}/tokens";
        return (await _api.GetAsync(path, IronJson.Default.ClusterTokenList, cancellationToken).ConfigureAwait(false)).Tokens;
    }

    /// <summary>Ends a token, and the sessions of the runners that enrolled with it.</summary>
    public Task RevokeTokenAsync(string clusterId, string tokenId, CancellationToken cancellationToken = default) =>
        _api.DeleteAsync(
            $"{Path(clusterId)}/tokens/{Uri.EscapeDataString(tokenId)}", IronJson.Default.MessageResponse, cancellationToken);

    /// <summary>The newest token that the cluster's runners enrol with: a secret.</summary>
    public async Task<string> GetCredentialsAsync(string clusterId, CancellationToken cancellationToken = default)
    {
        var path = $"{Path(clusterId)}/credentials";
        return (await _api.GetAsync(path, IronJson.Default.ClusterCredentials, cancellationToken).ConfigureAwait(false)).Token;
    }

    private Task<MessageResponse> SendCommandAsync(
        string clusterId, string command, IReadOnlyList<string> instanceIds, CancellationToken cancellationToken) => _api.PostAsync(
            $"{Path(clusterId)}/{command}",
            new TerminateRequest { InstanceIds = instanceIds },
            IronJson.Default.TerminateRequest,
            IronJson.Default.MessageResponse,
            cancellationToken);

    private static async Task<ClusterInfo?> FindAsync(
        string name,
        Func<int, int, CancellationToken, Task<IReadOnlyList<ClusterInfo>>> list,
        CancellationToken cancellationToken)
    {
        ClusterInfo? found = null;
        for (var page = 0; page <= MaxPage; page++)
        {
            var clusters = await list(page, MaxPageSize, cancellationToken).ConfigureAwait(false);
            found = clusters.Where(cluster => cluster.Name == name).Concat(found is null ? [] : [found])
                .MinBy(cluster => cluster.Id, StringComparer.Ordinal);
            if (clusters.Count < MaxPageSize)
            {
                break;
            }
        }

        return found;
    }

    private async Task<IReadOnlyList<ClusterInfo>> ListAsync(string path, CancellationToken cancellationToken) =>
        (await _api.GetAsync(path, IronJson.Default.ClusterList, cancellationToken).ConfigureAwait(false)).Clusters;

    private static string Path(string clusterId) => $"clusters/{Uri.EscapeDataString(clusterId)}";
}
