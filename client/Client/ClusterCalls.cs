using Orleans.Hybrid.Contracts.Iron;

namespace Orleans.Hybrid.Client;

/// <summary>Calls about the user's clusters.</summary>
public sealed class ClusterCalls
{
    private readonly IronApi _api;

    internal ClusterCalls(IronApi api) => _api = api;

    /// <summary>Creates a cluster and gives it together with its token.</summary>
    public async Task<ClusterInfo> CreateAsync(NewCluster cluster, CancellationToken cancel = default)
    {
        var answer = await _api.PostAsync(
            "clusters", cluster, IronJson.Default.NewCluster, IronJson.Default.ClusterAnswer, cancel)
            .ConfigureAwait(false);
        var created = answer.Cluster;
        return string.IsNullOrEmpty(created.Token)
            ? created with { Token = await CredentialsAsync(created.Id, cancel).ConfigureAwait(false) }
            : created;
    }

    /// <summary>One page of the user's clusters.</summary>
    /// <param name="page">Page, from 0 to 100.</param>
    /// <param name="perPage">Clusters a page, 1 to 100.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<IReadOnlyList<ClusterInfo>> ListAsync(
        int page = 0, int perPage = 30, CancellationToken cancel = default)
    {
        var path = $"clusters?page={page}&per_page={perPage}";
        return (await _api.GetAsync(path, IronJson.Default.ClusterList, cancel).ConfigureAwait(false)).Clusters;
    }

    /// <summary>One cluster with its runners.</summary>
    public async Task<ClusterInfo> GetAsync(string clusterId, CancellationToken cancel = default) =>
        (await _api.GetAsync(Path(clusterId), IronJson.Default.ClusterAnswer, cancel).ConfigureAwait(false)).Cluster;

    /// <summary>What the cluster's runners enrol with: a secret.</summary>
    public async Task<string> CredentialsAsync(string clusterId, CancellationToken cancel = default)
    {
        var path = $"{Path(clusterId)}/credentials";
        return (await _api.GetAsync(path, IronJson.Default.ClusterCredentials, cancel).ConfigureAwait(false)).Token;
    }

    private static string Path(string clusterId) => $"clusters/{Uri.EscapeDataString(clusterId)}";
}
