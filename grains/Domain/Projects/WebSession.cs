namespace OrleansHybrid.Domain.Projects;

/// <summary>Somebody who is signed in at the web page: who, since when, when last heard of, and until when without more.</summary>
public sealed record WebSession(
    byte[] KeyHash, User User, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt);
