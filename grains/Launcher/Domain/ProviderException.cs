namespace OrleansHybrid.Launcher.Domain;

/// <summary>
/// The provider could not be asked, or rejected. Says what was tried and why it failed in words of ours alone: no address, no
/// reply, no inner exception, since those may hold the key.
/// </summary>
public sealed class ProviderException(
    ProviderCall call, ProviderErrorKind kind, int? httpStatus = null, long? jobNumber = null, string? proxy = null)
    : Exception(
        $"{call}: {kind}{(httpStatus is { } status ? $" (HTTP {status})" : "")}"
        + $"{(proxy is null ? "" : $" through the proxy {proxy}")}{(jobNumber is { } job ? $", job {job}" : "")}")
{
    /// <summary>The action that failed.</summary>
    public ProviderCall Call => call;

    /// <summary>Why it failed.</summary>
    public ProviderErrorKind Kind => kind;

    /// <summary>The HTTP status, where there was one.</summary>
    public int? HttpStatus => httpStatus;

    /// <summary>True when it is not known whether the call was executed.</summary>
    public bool OutcomeUnknown => kind is ProviderErrorKind.Unreachable or ProviderErrorKind.Failed or ProviderErrorKind.BadReply;
}

/// <summary>The calls of a provider.</summary>
public enum ProviderCall { Submit, Jobs, Status, Tail, Output, Shutdown, Terminate, Machines }

/// <summary>Why a provider's call failed.</summary>
public enum ProviderErrorKind
{
    /// <summary>The connection failed or timed out: it may have been executed.</summary>
    Unreachable,

    /// <summary>An error of the server: it may have been executed.</summary>
    Failed,

    /// <summary>A reply that is not what the call promises: it may have been executed.</summary>
    BadReply,

    /// <summary>The server is too busy and did nothing.</summary>
    Busy,

    /// <summary>The credentials are not accepted; no call is made until they change.</summary>
    Unauthorized,

    /// <summary>There is no such job, or it is in the wrong state for this.</summary>
    NotFound,

    /// <summary>The request is wrong.</summary>
    Refused,

    /// <summary>No key is there to sign in with.</summary>
    NoKey,

    /// <summary>The policy of who holds the key has no such job: nothing was sent.</summary>
    Forbidden,
}
