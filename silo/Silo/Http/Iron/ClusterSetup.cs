using Orleans.Hybrid.Domain.Clusters;
using Orleans.Hybrid.Domain.Projects;
using Orleans.Hybrid.Silo.Security;

namespace Orleans.Hybrid.Silo.Http.Iron;

/// <summary>Sets a cluster up, together with its first token.</summary>
internal sealed class ClusterSetup(
    IClusterStore clusters, IProjectStore projects, Lookups lookups, ClusterTokenMint tokens)
{
    /// <summary>Stores the cluster; gives the text of its token.</summary>
    public async Task<string> AddAsync(ClusterSettings cluster, CancellationToken cancel)
    {
        var token = tokens.New(cluster.Id);
        await clusters.AddAsync(cluster, token, cancel);
        await AdoptAsync(cluster, cancel);
        return tokens.Show(token);
    }

    /// <summary>A user's first cluster becomes the default of those projects that have none.</summary>
    private async Task AdoptAsync(ClusterSettings cluster, CancellationToken cancel)
    {
        foreach (var project in await projects.ListProjectsAsync(cluster.UserId, cancel))
        {
            if (project.DefaultClusterId is null)
            {
                await projects.SetDefaultClusterAsync(project.Id, cluster.Id, cancel);
                lookups.Projects.Forget(project.Id);
            }
        }
    }
}
