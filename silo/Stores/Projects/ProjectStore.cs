using System.Data.Common;
using OrleansHybrid.Domain.Projects;

namespace OrleansHybrid.Stores.Projects;

/// <summary>Users, their tokens and projects, in either database.</summary>
internal sealed class ProjectStore(IDatabase database) : IProjectStore
{
    public async Task<bool> AddUserAsync(User user, CancellationToken cancellationToken) => (await database.WriteAsync(
        "user_add", row => row.GetString(0), cancellationToken,
        ("id", user.Id), ("name", user.Name), ("created_at", user.CreatedAt.ToStored()),
        ("operator", user.IsOperator), ("email", user.Email))).Count == 1;

    public async Task<bool> SetOperatorAsync(string userId, bool isOperator, CancellationToken cancellationToken) =>
        (await database.WriteAsync(
            "user_operator", row => row.GetString(0), cancellationToken, ("operator", isOperator), ("id", userId))).Count == 1;

    public async Task<bool> SetEmailAsync(string userId, string? email, CancellationToken cancellationToken) =>
        (await database.WriteAsync(
            "user_email", row => row.GetString(0), cancellationToken, ("email", email), ("id", userId))).Count == 1;

    public async Task<User?> FindByEmailAsync(string email, CancellationToken cancellationToken) =>
        (await database.ReadAsync("user_by_email", ReadUser, cancellationToken, ("email", email))).SingleOrDefault();

    public Task<IReadOnlyList<User>> ListUsersAsync(CancellationToken cancellationToken) =>
        database.ReadAsync("user_list", ReadUser, cancellationToken);

    public Task AddTokenAsync(UserToken token, CancellationToken cancellationToken) => database.WriteAsync(
        "user_token_add", ReadToken, cancellationToken,
        ("id", token.Id), ("user_id", token.UserId), ("hash", token.Hash), ("label", token.Label),
        ("created_at", token.CreatedAt.ToStored()));

    public Task<IReadOnlyList<UserToken>> ListTokensAsync(string userId, CancellationToken cancellationToken) =>
        database.ReadAsync("user_token_list", ReadToken, cancellationToken, ("user_id", userId));

    public async Task<bool> DeleteTokenAsync(string tokenId, CancellationToken cancellationToken) =>
        (await database.WriteAsync("user_token_delete", row => row.GetString(0), cancellationToken, ("id", tokenId))).Count == 1;

    public async Task<User?> FindByTokenAsync(byte[] tokenHash, CancellationToken cancellationToken) =>
        (await database.ReadAsync("user_by_token", ReadUser, cancellationToken, ("hash", tokenHash))).SingleOrDefault();

    public Task AddProjectAsync(Project project, CancellationToken cancellationToken) => database.WriteAsync(
        "project_add", ReadProject, cancellationToken,
        ("id", project.Id), ("user_id", project.UserId), ("name", project.Name),
        ("default_cluster_id", project.DefaultClusterId), ("created_at", project.CreatedAt.ToStored()));

    public Task SetDefaultClusterAsync(string projectId, string clusterId, CancellationToken cancellationToken) =>
        database.WriteAsync(
            "project_default_cluster", ReadProject, cancellationToken, ("cluster_id", clusterId), ("id", projectId));

    public async Task<Project?> FindProjectAsync(string projectId, CancellationToken cancellationToken) =>
        (await database.ReadAsync("project", ReadProject, cancellationToken, ("id", projectId))).SingleOrDefault();

    public Task<IReadOnlyList<Project>> ListProjectsAsync(string userId, CancellationToken cancellationToken) =>
        database.ReadAsync("project_list", ReadProject, cancellationToken, ("user_id", userId));

    internal static User ReadUser(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetTime(2), row.GetBoolean(3), row.GetStringOrNull(4));

    private static UserToken ReadToken(DbDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetByteArray(2), row.GetString(3), row.GetTime(4));

    private static Project ReadProject(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        UserId = row.GetString(1),
        Name = row.GetString(2),
        DefaultClusterId = row.GetStringOrNull(3),
        CreatedAt = row.GetTime(4),
    };
}
