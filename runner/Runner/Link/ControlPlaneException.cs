namespace OrleansHybrid.Runner.Link;

/// <summary>What a failed call to the control plane means for the caller.</summary>
internal enum LinkTrouble
{
    /// <summary>Network, proxy, or a control plane that says "come again": the same call may work later.</summary>
    Passing,

    /// <summary>The control plane understood the call and refuses it: the same call is refused again.</summary>
    Refused,

    /// <summary>Every lease in the call belongs to somebody else by now.</summary>
    Stale,

    /// <summary>The credential is dead: the session, or the cluster token, is no longer good for anything.</summary>
    CredentialDead,
}

/// <summary>A call to the control plane that failed; <see cref="Trouble"/> says whether another try can help.</summary>
internal sealed class ControlPlaneException(string message, LinkTrouble trouble, Exception? inner = null)
    : Exception(message, inner)
{
    public LinkTrouble Trouble { get; } = trouble;

    /// <summary>How long the control plane asks to be left alone; null when it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
