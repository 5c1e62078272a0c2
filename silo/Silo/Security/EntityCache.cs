using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Security;

/// <summary>Caches what nearly every request needs: its caller, and the entities that it names.</summary>
internal sealed class EntityCache(
    IProjectStore projects, IClusterStore clusters, ICodeStore codes, IRegistryLoginStore logins, IRunnerStore runners,
    TimeProvider time) : IDisposable
{
    // How long an answer may be out of date.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5);

    /// <summary>Users by the hash of their token, in hex.</summary>
    public ExpiringCache<string, User> Users { get; } =
        new(time, Lifetime, (hash, cancellationToken) => projects.FindByTokenAsync(Convert.FromHexString(hash), cancellationToken));

    /// <summary>The user whose token this is; null when it opens nothing, or nothing any more.</summary>
    public ValueTask<User?> FindUserAsync(string token, CancellationToken cancellationToken) =>
        Users.FindAsync(Convert.ToHexString(TokenHasher.Hash(token)), cancellationToken);

    /// <summary>Runner sessions by the hash of their credential, in hex.</summary>
    public ExpiringCache<string, RunnerSession> Sessions { get; } =
        new(time, Lifetime, (hash, cancellationToken) => runners.FindByCredentialAsync(Convert.FromHexString(hash), cancellationToken));

    /// <summary>Projects by id.</summary>
    public ExpiringCache<string, Project> Projects { get; } = new(time, Lifetime, projects.FindProjectAsync);

    /// <summary>The project in the path; null when it is not the caller's.</summary>
    public ValueTask<Project?> FindRouteProjectAsync(HttpContext http) =>
        http.Request.RouteValues["projectId"] is string id
            ? FindOwnedProjectAsync(http.Caller(), id, http.RequestAborted)
            : ValueTask.FromResult<Project?>(null);

    /// <summary>The project with this id; null when it is not this user's.</summary>
    public async ValueTask<Project?> FindOwnedProjectAsync(User user, string projectId, CancellationToken cancellationToken) =>
        TimeOrderedId.IsWellFormed(projectId)
        && await Projects.FindAsync(projectId, cancellationToken) is { } project
        && project.UserId == user.Id
            ? project
            : null;

    /// <summary>Clusters by id.</summary>
    public ExpiringCache<string, ClusterSettings> Clusters { get; } = new(time, Lifetime, clusters.FindAsync);

    /// <summary>Clusters that a user may queue to, by id or name.</summary>
    public ExpiringCache<(string UserId, string IdOrName), ClusterSettings> UserClusters { get; } =
        new(time, Lifetime, (key, cancellationToken) => clusters.FindForUserAsync(key.UserId, key.IdOrName, cancellationToken));

    /// <summary>Has the next look-up of this cluster, under whatever name, ask the database.</summary>
    public void InvalidateCluster(string clusterId)
    {
        Clusters.Invalidate(clusterId);
        UserClusters.InvalidateAll();
    }

    /// <summary>A project's codes by name.</summary>
    public ExpiringCache<(string ProjectId, string Name), CodePackage> Codes { get; } =
        new(time, Lifetime, (key, cancellationToken) => codes.FindByNameAsync(key.ProjectId, key.Name, cancellationToken));

    /// <summary>The labels of a cluster's runners, but for those that are about to go.</summary>
    public ExpiringCache<string, IReadOnlyList<LabelSet>> RunnerLabels { get; } =
        new(time, Lifetime, async (clusterId, cancellationToken) => RunnerSession.AvailableLabels(
            (await runners.ListAsync(clusterId, cancellationToken)).Select(runner => runner.Session)));

    /// <summary>The labels without which a task waits, and would wait for ever; none for most.</summary>
    public async ValueTask<LabelSet> MissingLabelsAsync(TaskState task, CancellationToken cancellationToken) =>
        task is { Phase: TaskPhase.Queued, Lease: null, Spec: { RequiredLabels: var required } spec } && required != LabelSet.None
            ? required.MissingFrom(await RunnerLabels.FindAsync(spec.ClusterId, cancellationToken) ?? [])
            : LabelSet.None;

    /// <summary>Revisions of codes, which never change.</summary>
    public ExpiringCache<(string CodeId, int Rev), CodeRevisionRecord> Revisions { get; } =
        new(time, TimeSpan.FromMinutes(10), (key, cancellationToken) => codes.FindRevisionAsync(key.CodeId, key.Rev, cancellationToken));

    /// <summary>A project's logins for registries, sealed; none is an answer, too.</summary>
    public ExpiringCache<string, IReadOnlyList<SealedLogin>> Logins { get; } =
        new(time, Lifetime, async (projectId, cancellationToken) => await logins.ListAsync(projectId, cancellationToken));

    /// <inheritdoc />
    public void Dispose()
    {
        IDisposable[] all = [Users, Sessions, Projects, Clusters, UserClusters, Codes, RunnerLabels, Revisions, Logins];
        foreach (var one in all)
        {
            one.Dispose();
        }
    }
}
