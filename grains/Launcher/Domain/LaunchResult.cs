namespace OrleansHybrid.Launcher.Domain;

/// <summary>
/// The answer of the launcher to a request; <see cref="Launch"/> is there when it was accepted or is known already, <see cref="Problem"/> when
/// a field breaks its rule.
/// </summary>
public sealed record LaunchResult(LaunchOutcome Outcome, LaunchSnapshot? Launch = null, TimeSpan? RetryAfter = null, FieldProblem? Problem = null);

/// <summary>Why a request was accepted or not.</summary>
public enum LaunchOutcome
{
    /// <summary>A new launch.</summary>
    Accepted,

    /// <summary>The same was asked for already: that launch, and nothing new.</summary>
    Duplicate,

    /// <summary>The number of the signed request has been used.</summary>
    NonceUsed,

    /// <summary>No more numbers of signed requests can be remembered now.</summary>
    NoncesFull,

    /// <summary>The limit of active launches is reached.</summary>
    CapReached,

    /// <summary>Its highest cost does not fit into the budget.</summary>
    BudgetSpent,

    /// <summary>The operator has switched launching off.</summary>
    Disabled,

    /// <summary>The audit could not be written, so nothing was launched.</summary>
    AuditAway,

    /// <summary>The provider's jobs could not be listed for long, so that it is not known what runs there.</summary>
    ProviderAway,

    /// <summary>A field breaks a rule of the policy.</summary>
    FieldRefused,

    /// <summary>The policy has no such credential, or it does not count now.</summary>
    CredentialUnknown,
}
