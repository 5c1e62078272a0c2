namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>What a failed call to the control plane means for the caller.</summary>
internal enum ControlPlaneErrorKind
{
    /// <summary>Network, proxy, or a control plane that says "come again": the same call may work later.</summary>
    Transient,

    /// <summary>The control plane understood the call and refuses it: the same call is refused again.</summary>
    Rejected,

    /// <summary>Every lease in the call belongs to somebody else by now.</summary>
    Stale,

    /// <summary>The credential is dead: the session, or the cluster token, is no longer good for anything.</summary>
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
