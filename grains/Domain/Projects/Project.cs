namespace OrleansHybrid.Domain.Projects;

/// <summary>A project: what codes and tasks belong to, with the cluster that its tasks go to by default.</summary>
public sealed record Project
{
    /// <summary>The id.</summary>
    public required string Id { get; init; }

    /// <summary>The user who owns it.</summary>
    public required string UserId { get; init; }

    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The cluster for tasks that name none; null when there is none yet.</summary>
    public string? DefaultClusterId { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>A person who holds tokens; clusters are shared by the e-mail address, which is lower-cased.</summary>
public sealed record User(
    string Id, string Name, DateTimeOffset CreatedAt, bool IsOperator = false, string? Email = null);

/// <summary>A user's token: only its hash is kept.</summary>
public sealed record UserToken(string Id, string UserId, byte[] Hash, string Label, DateTimeOffset CreatedAt);
