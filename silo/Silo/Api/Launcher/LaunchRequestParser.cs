using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Launcher.Policy;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>Makes what a known caller asks for out of the fields of its call, as far as the policy lets it ask.</summary>
internal static class LaunchRequestParser
{
    private static readonly string[] ReservedFields = ["h", "s", "force", "idempotency_key"];

    /// <summary>The request, or the field that breaks its rule.</summary>
    public static (AuthenticatedLaunch? Launch, LauncherRejection? Rejection) Parse(LauncherPolicy policy, Caller caller, CallFields fields)
    {
        if (caller.Nonce is not null && fields.Repeated is { } twice)
        {
            return (null, LauncherRejection.InvalidField(LaunchRules.SafeFieldName(twice), "is given more than once"));
        }

        if (fields["force"] is not (null or "true" or "false"))
        {
            return (null, LauncherRejection.InvalidField("force", "true or false"));
        }

        var launch = new AuthenticatedLaunch
        {
            CredentialId = caller.Credential.Id,
            CommitHash = fields["h"] ?? "",
            Parameters = fields.Names.Except(ReservedFields).ToDictionary(name => name, name => fields[name]!),
            IdempotencyKey = fields["idempotency_key"],
            Force = fields["force"] == "true",
            Nonce = caller.Nonce,
            Origin = caller.Origin,
        };
        return policy.Rules.Check(launch.CredentialId, launch.CommitHash, launch.Parameters, launch.IdempotencyKey, launch.Force) is { } problem
            ? (null, LauncherRejection.InvalidField(problem.Field, problem.Rule))
            : (launch, null);
    }
}
