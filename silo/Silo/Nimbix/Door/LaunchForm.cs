using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Grains.Launching;
using OrleansHybrid.Silo.Nimbix.Policy;

namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>Makes what a known caller asks for out of the fields of its call, as far as the policy lets it ask.</summary>
internal static class LaunchForm
{
    private static readonly string[] Own = ["h", "s", "force", "idempotency_key"];

    /// <summary>The request, or the field that breaks its rule.</summary>
    public static (VouchedLaunch? Launch, Refusal? Refusal) Read(LauncherPolicy policy, Caller caller, CallFields fields)
    {
        if (caller.Nonce is not null && fields.Repeated is { } twice)
        {
            return (null, Refusal.Field(LaunchRules.Spelt(twice), "is given more than once"));
        }

        if (fields["force"] is not (null or "true" or "false"))
        {
            return (null, Refusal.Field("force", "true or false"));
        }

        var launch = new VouchedLaunch
        {
            CredentialId = caller.Credential.Id,
            CommitHash = fields["h"] ?? "",
            Parameters = fields.Names.Except(Own).ToDictionary(name => name, name => fields[name]!),
            IdempotencyKey = fields["idempotency_key"],
            Force = fields["force"] == "true",
            Nonce = caller.Nonce,
            Origin = caller.Origin,
        };
        return policy.Rules.Check(launch.CredentialId, launch.CommitHash, launch.Parameters, launch.IdempotencyKey, launch.Force) is { } problem
            ? (null, Refusal.Field(problem.Field, problem.Rule))
            : (launch, null);
    }
}
