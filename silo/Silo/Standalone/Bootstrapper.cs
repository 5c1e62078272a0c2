using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Silo.Standalone;

/// <summary>Gives an empty database a user with a token, a project, and its default cluster; finds them again at later starts.</summary>
internal sealed class Bootstrapper(
    IProjectStore projects,
    IClusterStore clusters,
    ClusterTokenIssuer tokenIssuer,
    PublicAddress address,
    IDatabaseInitializer store,
    IdGenerator ids,
    TimeProvider time)
{
    /// <summary>The connection details for the control plane's current address; they are not written yet.</summary>
    public async Task<ConnectionDetails> EnsureAsync(ConnectionDetails? previous, CancellationToken cancellationToken)
    {
        var (token, project) = await FindAsync(previous, cancellationToken) ?? await CreateAsync(cancellationToken);
        return new ConnectionDetails
        {
            Url = address.Value,
            ProjectId = project.Id,
            Token = token,
            ClusterId = project.DefaultClusterId!,
            ClusterToken = tokenIssuer.Reveal((await clusters.ListTokensAsync(project.DefaultClusterId!, cancellationToken))[^1]),
            Store = store.Description,
        };
    }

    private async Task<(string Token, Project Project)?> FindAsync(ConnectionDetails? previous, CancellationToken cancellationToken)
    {
        if (previous is null
            || await projects.FindByTokenAsync(TokenHasher.Hash(previous.Token), cancellationToken) is not { } user
            || await projects.FindProjectAsync(previous.ProjectId, cancellationToken) is not { DefaultClusterId: not null } project)
        {
            return null;
        }

        return project.UserId == user.Id ? (previous.Token, project) : null;
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

        var token = TokenHasher.NewToken();
        await projects.AddTokenAsync(new UserToken(ids.New(), user.Id, TokenHasher.Hash(token), "up", now), cancellationToken);
        var owned = await projects.ListProjectsAsync(user.Id, cancellationToken);
        var project = owned.FirstOrDefault(project => project.DefaultClusterId is not null)
            ?? await AddProjectAsync(user.Id, now, cancellationToken);
        return (token, project);
    }

    private async Task<Project> AddProjectAsync(string userId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var cluster = new ClusterSettings { Id = ids.New(), UserId = userId, Name = "default", CreatedAt = now };
        if (!await clusters.AddAsync(cluster, tokenIssuer.Issue(cluster.Id), cancellationToken))
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
