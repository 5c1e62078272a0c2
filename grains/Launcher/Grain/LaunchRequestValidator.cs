using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Grain;

/// <summary>Makes the request of the ledger out of what was asked for and the policy of this silo, or says why not.</summary>
public static class LaunchRequestValidator
{
    /// <summary>The request, or why there is none.</summary>
    public static (LaunchRequest? Request, LaunchResult? Rejection) Validate(LaunchRules rules, AuthenticatedLaunch launch, string marker, DateTimeOffset now)
    {
        if (!rules.IsKnownCredential(launch.CredentialId, now))
        {
            return (null, new LaunchResult(LaunchOutcome.CredentialUnknown));
        }

        return rules.Check(launch.CredentialId, launch.CommitHash, launch.Parameters, launch.IdempotencyKey, launch.Force) is { } problem
            ? (null, new LaunchResult(LaunchOutcome.FieldRefused, Problem: problem))
            : (new LaunchRequest
            {
                CredentialId = launch.CredentialId,
                CommitHash = launch.CommitHash,
                Parameters = rules.ApplyDefaults(launch.Parameters),
                IdempotencyKey = launch.IdempotencyKey,
                Force = launch.Force,
                Marker = marker,
                PolicyVersion = rules.Version,
                Terms = rules.Terms,
                Nonce = launch.Nonce,
                Origin = launch.Origin,
            }, null);
    }
}
