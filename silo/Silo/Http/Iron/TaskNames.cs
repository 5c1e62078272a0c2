using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>What the names in a request for a task or a schedule stand for; refuses with the field when that is nothing.</summary>
internal sealed class TaskNames(Lookups lookups)
{
    /// <summary>The code package of a name; <paramref name="place"/> stands before the field's name in messages.</summary>
    public async ValueTask<CodePackage> CodeAsync(Project project, string place, string name, CancellationToken cancellationToken) =>
        await lookups.Codes.FindAsync((project.Id, name), cancellationToken) ?? throw new RefusedException(new Refusal(
            RefusalKind.NotFound, $"{place}code_name: this project has no code package {name}"));

    /// <summary>The cluster of an id or name, or without one the project's default.</summary>
    public async ValueTask<ClusterSettings> ClusterAsync(
        Project project, string place, string? idOrName, CancellationToken cancellationToken)
    {
        if (idOrName is { } name)
        {
            return await lookups.UserClusters.FindAsync((project.UserId, name), cancellationToken) ?? throw new RefusedException(
                new Refusal(RefusalKind.NotFound, $"{place}cluster: there is no cluster {name}"));
        }

        return await DefaultClusterAsync(project, cancellationToken) ?? throw new RefusedException(
            $"{place}cluster is required: the project has no default cluster; make one with POST /2/clusters");
    }

    /// <summary>The project with its default cluster, which it may have got since it was read.</summary>
    public async ValueTask<Project> WithDefaultAsync(Project project, CancellationToken cancellationToken)
    {
        if (project.DefaultClusterId is not null)
        {
            return project;
        }

        lookups.Projects.Forget(project.Id);
        return await lookups.Projects.FindAsync(project.Id, cancellationToken) ?? project;
    }

    private async ValueTask<ClusterSettings?> DefaultClusterAsync(Project project, CancellationToken cancellationToken) =>
        (await WithDefaultAsync(project, cancellationToken)).DefaultClusterId is { } id ? await lookups.Clusters.FindAsync(id, cancellationToken) : null;
}
