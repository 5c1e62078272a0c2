namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>The meaning of a failed call to the control plane for its caller.</summary>
internal enum ControlPlaneErrorKind
{
    /// <summary>Network, proxy, or a control plane that returns 503: a retry may succeed.</summary>
    Transient,

    /// <summary>The control plane understood the call and rejects it: the same call is rejected again.</summary>
    Rejected,

    /// <summary>No lease in the call is this session's any more.</summary>
    Stale,

    /// <summary>The session or the cluster token is no longer valid.</summary>
    InvalidCredential,
}

/// <summary>A call to the control plane that failed; <see cref="Kind"/> says whether another try can help.</summary>
internal sealed class ControlPlaneException(string message, ControlPlaneErrorKind kind, Exception? inner = null)
    : Exception(message, inner)
{
    public ControlPlaneErrorKind Kind { get; } = kind;

    /// <summary>How long the control plane asks to be left alone; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
