using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Resolves the names in a request for a task or a schedule; an unknown one is rejected with its field.</summary>
internal sealed class NameResolver(EntityCache cache)
{
    /// <summary>The code package of a name; <paramref name="fieldPrefix"/> stands before the field's name in messages.</summary>
    public async ValueTask<CodePackage> ResolveCodeAsync(Project project, string fieldPrefix, string name, CancellationToken cancellationToken) =>
        await cache.Codes.FindAsync((project.Id, name), cancellationToken) ?? throw new ApiException(new DomainError(
            ErrorKind.NotFound, $"{fieldPrefix}code_name: this project has no code package {name}"));

    /// <summary>The cluster of an id or name, or without one the project's default.</summary>
    public async ValueTask<ClusterSettings> ResolveClusterAsync(
        Project project, string fieldPrefix, string? idOrName, CancellationToken cancellationToken)
    {
        if (idOrName is { } name)
        {
            return await cache.UserClusters.FindAsync((project.UserId, name), cancellationToken) ?? throw new ApiException(
                new DomainError(ErrorKind.NotFound, $"{fieldPrefix}cluster: there is no cluster {name}"));
        }

        return await DefaultClusterAsync(project, cancellationToken) ?? throw new ApiException(
            $"{fieldPrefix}cluster is required: the project has no default cluster; make one with POST /2/clusters");
    }

    /// <summary>The project with its default cluster, which it may have got since it was read.</summary>
    public async ValueTask<Project> WithDefaultClusterAsync(Project project, CancellationToken cancellationToken)
    {
        if (project.DefaultClusterId is not null)
        {
            return project;
        }

        cache.Projects.Invalidate(project.Id);
        return await cache.Projects.FindAsync(project.Id, cancellationToken) ?? project;
    }

    private async ValueTask<ClusterSettings?> DefaultClusterAsync(Project project, CancellationToken cancellationToken) =>
        (await WithDefaultClusterAsync(project, cancellationToken)).DefaultClusterId is { } id ? await cache.Clusters.FindAsync(id, cancellationToken) : null;
}
