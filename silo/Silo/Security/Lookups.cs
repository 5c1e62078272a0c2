using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Security;

/// <summary>What nearly every request asks for: who is calling, and what the names in it stand for.</summary>
internal sealed class Lookups(
    IProjectStore projects, IClusterStore clusters, ICodeStore codes, IRegistryLoginStore logins, IRunnerStore runners,
    TimeProvider time)
{
    // How long an answer may be out of date.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>Users by the hash of their token, in hex.</summary>
    public TimedCache<string, User> Users { get; } =
        new(time, Fresh, (hash, cancel) => projects.FindByTokenAsync(Convert.FromHexString(hash), cancel));

    /// <summary>The user whose token the request carries; null when it carries none, or one that opens nothing any more.</summary>
    public ValueTask<User?> CallerAsync(HttpRequest request, CancellationToken cancel) =>
        Credentials.UserToken(request) is { } token ? CallerAsync(token, cancel) : ValueTask.FromResult<User?>(null);

    /// <summary>The user whose token this is; null when it opens nothing, or nothing any more.</summary>
    public ValueTask<User?> CallerAsync(string token, CancellationToken cancel) =>
        Users.FindAsync(Convert.ToHexString(Secret.Hash(token)), cancel);

    /// <summary>Runner sessions by the hash of their credential, in hex.</summary>
    public TimedCache<string, RunnerSession> Sessions { get; } =
        new(time, Fresh, (hash, cancel) => runners.FindByCredentialAsync(Convert.FromHexString(hash), cancel));

    /// <summary>Projects by id.</summary>
    public TimedCache<string, Project> Projects { get; } = new(time, Fresh, projects.FindProjectAsync);

    /// <summary>The project in the path; null when it is not the caller's.</summary>
    public ValueTask<Project?> ProjectInPathAsync(HttpContext http) =>
        http.Request.RouteValues["projectId"] is string id
            ? ProjectOfAsync(http.Caller(), id, http.RequestAborted)
            : ValueTask.FromResult<Project?>(null);

    /// <summary>The project with this id; null when it is not this user's.</summary>
    public async ValueTask<Project?> ProjectOfAsync(User user, string projectId, CancellationToken cancel) =>
        NewId.IsWellFormed(projectId)
        && await Projects.FindAsync(projectId, cancel) is { } project
        && project.UserId == user.Id
            ? project
            : null;

    /// <summary>Clusters by id.</summary>
    public TimedCache<string, ClusterSettings> Clusters { get; } = new(time, Fresh, clusters.FindAsync);

    /// <summary>Clusters that a user may queue to, by id or name.</summary>
    public TimedCache<(string UserId, string IdOrName), ClusterSettings> UserClusters { get; } =
        new(time, Fresh, (key, cancel) => clusters.FindForUserAsync(key.UserId, key.IdOrName, cancel));

    /// <summary>Has the next look-up of this cluster, under whatever name, ask the database.</summary>
    public void ForgetCluster(string clusterId)
    {
        Clusters.Forget(clusterId);
        UserClusters.ForgetAll();
    }

    /// <summary>A project's codes by name.</summary>
    public TimedCache<(string ProjectId, string Name), CodePackage> Codes { get; } =
        new(time, Fresh, (key, cancel) => codes.FindByNameAsync(key.ProjectId, key.Name, cancel));

    /// <summary>The labels of a cluster's runners, but for those that are about to go.</summary>
    public TimedCache<string, IReadOnlyList<LabelSet>> RunnerLabels { get; } =
        new(time, Fresh, async (clusterId, cancel) => RunnerSession.LabelsOf(
            (await runners.ListAsync(clusterId, cancel)).Select(runner => runner.Session)));

    /// <summary>The labels without which a task waits, and would wait for ever; none for most.</summary>
    public async ValueTask<LabelSet> MissingLabelsAsync(TaskState task, CancellationToken cancel) =>
        task is { Phase: TaskPhase.Queued, Lease: null, Spec: { RequiredLabels: var required } spec } && required != LabelSet.None
            ? required.MissingFrom(await RunnerLabels.FindAsync(spec.ClusterId, cancel) ?? [])
            : LabelSet.None;

    /// <summary>Revisions of codes, which never change.</summary>
    public TimedCache<(string CodeId, int Rev), CodeRevision> Revisions { get; } =
        new(time, TimeSpan.FromMinutes(10), (key, cancel) => codes.FindRevisionAsync(key.CodeId, key.Rev, cancel));

    /// <summary>A project's logins for registries, sealed; none is an answer, too.</summary>
    public TimedCache<string, IReadOnlyList<SealedLogin>> Logins { get; } =
        new(time, Fresh, async (projectId, cancel) => await logins.ListAsync(projectId, cancel));
}
