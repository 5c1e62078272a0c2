namespace OrleansHybrid.Domain.Projects;

/// <summary>The rows of users, their tokens and projects. Throws <see cref="Decisions.StoreUnavailableException"/> when the database is unavailable.</summary>
public interface IProjectStore
{
    /// <summary>Stores a user; false when another has the name.</summary>
    Task<bool> AddUserAsync(User user, CancellationToken cancellationToken);

    /// <summary>Makes a user an operator, or no longer one; false when there is no such user.</summary>
    Task<bool> SetOperatorAsync(string userId, bool isOperator, CancellationToken cancellationToken);

    /// <summary>Sets a user's address, null for none; false when there is no such user, or another has the address.</summary>
    Task<bool> SetEmailAsync(string userId, string? email, CancellationToken cancellationToken);

    /// <summary>The user with this address; null when there is none.</summary>
    Task<User?> FindByEmailAsync(string email, CancellationToken cancellationToken);

    /// <summary>All users, oldest first.</summary>
    Task<IReadOnlyList<User>> ListUsersAsync(CancellationToken cancellationToken);

    /// <summary>Stores a token.</summary>
    Task AddTokenAsync(UserToken token, CancellationToken cancellationToken);

    /// <summary>A user's tokens, oldest first.</summary>
    Task<IReadOnlyList<UserToken>> ListTokensAsync(string userId, CancellationToken cancellationToken);

    /// <summary>Deletes a token; false when there is none of that id.</summary>
    Task<bool> DeleteTokenAsync(string tokenId, CancellationToken cancellationToken);

    /// <summary>The user whose token this is; null when there is none.</summary>
    Task<User?> FindByTokenAsync(byte[] tokenHash, CancellationToken cancellationToken);

    /// <summary>Stores a project.</summary>
    Task AddProjectAsync(Project project, CancellationToken cancellationToken);

    /// <summary>Sets the cluster for tasks that name none.</summary>
    Task SetDefaultClusterAsync(string projectId, string clusterId, CancellationToken cancellationToken);

    /// <summary>The project; null when there is none.</summary>
    Task<Project?> FindProjectAsync(string projectId, CancellationToken cancellationToken);

    /// <summary>A user's projects, oldest first.</summary>
    Task<IReadOnlyList<Project>> ListProjectsAsync(string userId, CancellationToken cancellationToken);
}
