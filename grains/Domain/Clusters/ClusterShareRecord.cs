namespace OrleansHybrid.Domain.Clusters;

/// <summary>A user who may queue tasks to another user's cluster.</summary>
public sealed record ClusterShareRecord(string UserId, string Name, string? Email, DateTimeOffset UpdatedAt);

/// <summary>The result of deleting a cluster.</summary>
public enum ClusterDeleteResult
{
    /// <summary>There is none of that id.</summary>
    NotFound,

    /// <summary>Tasks wait or run there: nothing was deleted.</summary>
    Busy,

    /// <summary>It is deleted, with its tokens and sessions.</summary>
    Deleted,
}

/// <summary>The result of changing a cluster.</summary>
public enum ClusterUpdateResult
{
    /// <summary>There is none of that id.</summary>
    NotFound,

    /// <summary>Another cluster of the same owner has the name: nothing was changed.</summary>
    NameTaken,

    /// <summary>The change is made.</summary>
    Updated,
}

/// <summary>A session that has just ended: its id, and the hash by which its credential was known.</summary>
public sealed record EndedSession(string Id, byte[] CredentialHash);
