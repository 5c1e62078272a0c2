using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo.SingleProcess;

/// <summary>Gives an empty database a user with a token, a project, and its default cluster; finds them again at later starts.</summary>
internal sealed class FirstStart(
    IProjectStore projects,
    IClusterStore clusters,
    ClusterTokenMint mint,
    PublicAddress address,
    IStoreSetup store,
    Ids ids,
    TimeProvider time)
{
    /// <summary>What to work with, for the address where the control plane now is; written by nobody yet.</summary>
    public async Task<Connection> EnsureAsync(Connection? known, CancellationToken cancellationToken)
    {
        var (token, project) = await FindAsync(known, cancellationToken) ?? await CreateAsync(cancellationToken);
        return new Connection
        {
            Url = address.Value,
            ProjectId = project.Id,
            Token = token,
            ClusterId = project.DefaultClusterId!,
            ClusterToken = mint.Show((await clusters.TokensAsync(project.DefaultClusterId!, cancellationToken))[^1]),
            Store = store.Description,
        };
    }

    private async Task<(string Token, Project Project)?> FindAsync(Connection? known, CancellationToken cancellationToken)
    {
        if (known is null
            || await projects.FindByTokenAsync(Secret.Hash(known.Token), cancellationToken) is not { } user
            || await projects.FindProjectAsync(known.ProjectId, cancellationToken) is not { DefaultClusterId: not null } project)
        {
            return null;
        }

        return project.UserId == user.Id ? (known.Token, project) : null;
    }

    private async Task<(string Token, Project Project)> CreateAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var user = (await projects.ListUsersAsync(cancellationToken)).FirstOrDefault(user => user.Name == "owner");
        if (user is null)
        {
            user = new User(ids.New(), "owner", now, IsOperator: true);
            await projects.AddUserAsync(user, cancellationToken);
        }

        var token = Secret.New();
        await projects.AddTokenAsync(new UserToken(ids.New(), user.Id, Secret.Hash(token), "up", now), cancellationToken);
        var owned = await projects.ListProjectsAsync(user.Id, cancellationToken);
        var project = owned.FirstOrDefault(project => project.DefaultClusterId is not null)
            ?? await AddProjectAsync(user.Id, now, cancellationToken);
        return (token, project);
    }

    private async Task<Project> AddProjectAsync(string userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var cluster = new ClusterSettings { Id = ids.New(), UserId = userId, Name = "default", CreatedAt = now };
        if (!await clusters.AddAsync(cluster, mint.New(cluster.Id), cancellationToken))
        {
            cluster = (await clusters.FindForUserAsync(userId, cluster.Name, cancellationToken))!;
        }

        var project = new Project
        {
            Id = ids.New(),
            UserId = userId,
            Name = "default",
            DefaultClusterId = cluster.Id,
            CreatedAt = now,
        };
        await projects.AddProjectAsync(project, cancellationToken);
        return project;
    }
}
