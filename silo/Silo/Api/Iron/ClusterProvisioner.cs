using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Sets a cluster up, together with its first token, and takes it down, with all that was enrolled there.</summary>
internal sealed class ClusterProvisioner(
    IClusterStore clusters, IProjectStore projects, IRunnerStore runners, EntityCache cache, ClusterTokenIssuer tokens,
    SessionRevoker revoker, ApiOptions options)
{
    /// <summary>Stores the cluster; gives the text of its token.</summary>
    public async Task<string> AddAsync(ClusterSettings cluster, CancellationToken cancellationToken)
    {
        if (await clusters.CountAsync(cluster.UserId, cancellationToken) >= options.MaxClusters)
        {
            throw ApiException.Forbidden(
                $"You have {options.MaxClusters} clusters, and that is the most: delete one, or have the limit raised");
        }

        var token = tokens.Issue(cluster.Id);
        if (!await clusters.AddAsync(cluster, token, cancellationToken))
        {
            throw NameTaken(cluster.Name);
        }

        await SetAsDefaultAsync(cluster, cancellationToken);
        return tokens.Reveal(token);
    }

    /// <summary>Names are how people point at their clusters: one has each.</summary>
    public static ApiException NameTaken(string? name) =>
        new(new DomainError(ErrorKind.Stale, $"You have a cluster named {name} already: give another name, or update that one"));

    /// <summary>Deletes the cluster unless tasks wait or run there; its runners' polls end.</summary>
    public async Task<ClusterDeleteResult> DeleteAsync(string clusterId)
    {
        var sessions = await runners.ListAsync(clusterId, CancellationToken.None);
        var deletion = await clusters.DeleteAsync(clusterId, CancellationToken.None);
        if (deletion == ClusterDeleteResult.Deleted)
        {
            cache.InvalidateCluster(clusterId);
            cache.Projects.InvalidateAll();
            revoker.Revoke(
                clusterId,
                sessions.Select(runner => new EndedSession(runner.Session.Id, runner.Session.CredentialHash)));
        }

        return deletion;
    }

    /// <summary>A user's first cluster becomes the default of those projects that have none.</summary>
    private async Task SetAsDefaultAsync(ClusterSettings cluster, CancellationToken cancellationToken)
    {
        foreach (var project in await projects.ListProjectsAsync(cluster.UserId, cancellationToken))
        {
            if (project.DefaultClusterId is null)
            {
                await projects.SetDefaultClusterAsync(project.Id, cluster.Id, cancellationToken);
                cache.Projects.Invalidate(project.Id);
            }
        }
    }
}
