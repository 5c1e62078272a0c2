namespace OrleansHybrid.Domain.Decisions;

/// <summary>A request that the state does not allow: a value, mapped to an HTTP status in one place.</summary>
public sealed record DomainError(ErrorKind Kind, string Message);

/// <summary>Why a request was rejected.</summary>
public enum ErrorKind
{
    /// <summary>There is no such thing, or the caller may not see it.</summary>
    NotFound,

    /// <summary>The request itself is wrong.</summary>
    Invalid,

    /// <summary>A required part of the request is missing.</summary>
    Missing,

    /// <summary>The lease or session behind the request is no longer the current one.</summary>
    Stale,

    /// <summary>The caller is known but may not do this.</summary>
    Forbidden,

    /// <summary>The request has more bytes than are accepted.</summary>
    TooLarge,
}
