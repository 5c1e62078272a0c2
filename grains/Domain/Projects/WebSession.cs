namespace OrleansHybrid.Domain.Projects;

/// <summary>A signed-in user of the web page: who, since when, last activity, and when it expires without more.</summary>
public sealed record WebSession(
    byte[] KeyHash, User User, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt)
{
    /// <summary>The hash of the key in hex, which reveals nothing of the key.</summary>
    public string Id => Convert.ToHexString(KeyHash);
}
