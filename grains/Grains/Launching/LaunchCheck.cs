using OrleansHybrid.Domain.Launching;

namespace OrleansHybrid.Grains.Launching;

/// <summary>Makes the request of the ledger out of what was asked for and the policy of this silo, or says why not.</summary>
public static class LaunchCheck
{
    /// <summary>The request, or why there is none.</summary>
    public static (LaunchRequest? Request, LaunchAnswer? Refusal) Read(LaunchRules rules, VouchedLaunch launch, string marker, DateTimeOffset now)
    {
        if (!rules.Knows(launch.CredentialId, now))
        {
            return (null, new LaunchAnswer(LaunchOutcome.CredentialUnknown));
        }

        return rules.Check(launch.CredentialId, launch.CommitHash, launch.Parameters, launch.IdempotencyKey, launch.Force) is { } problem
            ? (null, new LaunchAnswer(LaunchOutcome.FieldRefused, Problem: problem))
            : (new LaunchRequest
            {
                CredentialId = launch.CredentialId,
                CommitHash = launch.CommitHash,
                Parameters = rules.Fill(launch.Parameters),
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
