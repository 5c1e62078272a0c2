using System.Security.Cryptography;
using Orleans.Hybrid.Domain.Launching;
using Orleans.Hybrid.Domain.Launching.Scripts;
using Orleans.Hybrid.Silo.Nimbix.Policy;

namespace Orleans.Hybrid.Silo.Nimbix.Door;

/// <summary>Makes what a known caller asks for out of the fields of its call, as far as the policy lets it ask.</summary>
internal static class LaunchForm
{
    private const int LongestKey = 64;

    private static readonly string[] Own = ["h", "s", "force", "idempotency_key"];

    /// <summary>The request, or the field that breaks its rule.</summary>
    public static (LaunchRequest? Request, Refusal? Refusal) Read(LauncherPolicy policy, Caller caller, CallFields fields)
    {
        if (caller.Nonce is not null && fields.Repeated is { } twice)
        {
            return (null, Refusal.Field(Spelt(twice), "is given more than once"));
        }

        if (fields.Names.FirstOrDefault(name => !Own.Contains(name) && !policy.Parameters.ContainsKey(name)) is { } unknown)
        {
            return (null, Refusal.Field(Spelt(unknown), "is not a field here"));
        }

        if (!CommitHash.IsWellFormed(fields["h"], policy.StrictHash))
        {
            return (null, Refusal.Field("h", policy.StrictHash ? "40 or 64 digits of 0-9 and a-f" : "1 to 64 digits of 0-9 and a-f"));
        }

        return Wrong(fields, caller) is { } refusal ? (null, refusal) : Fill(policy, caller, fields);
    }

    private static Refusal? Wrong(CallFields fields, Caller caller) =>
        fields["idempotency_key"] is { } key && (key.Length is 0 or > LongestKey || !key.All(IsKeyLetter))
            ? Refusal.Field("idempotency_key", $"1 to {LongestKey} letters, digits, dots, dashes and underscores")
        : fields["force"] is not (null or "true" or "false") ? Refusal.Field("force", "true or false")
        : fields["force"] == "true" && !caller.Credential.MayForce ? Refusal.Field("force", "is not for this credential")
        : null;

    private static (LaunchRequest? Request, Refusal? Refusal) Fill(LauncherPolicy policy, Caller caller, CallFields fields)
    {
        var values = new Dictionary<string, string>();
        foreach (var (name, parameter) in policy.Parameters)
        {
            if ((fields[name] ?? parameter.Otherwise) is not { } value)
            {
                return (null, Refusal.Field(name, "is missing"));
            }

            if (!parameter.Rule.Allows(value))
            {
                return (null, Refusal.Field(name, "is not what the policy allows"));
            }

            values[name] = value;
        }

        var (hash, marker) = (fields["h"]!, RandomNumberGenerator.GetHexString(32, lowercase: true));
        return (new LaunchRequest
        {
            CredentialId = caller.Credential.Id,
            CommitHash = hash,
            Parameters = values,
            IdempotencyKey = fields["idempotency_key"],
            Force = fields["force"] == "true",
            Script = policy.Script.Fill(hash, values, marker),
            Marker = marker,
            PolicyVersion = policy.Version,
            Terms = policy.Terms,
            Nonce = caller.Nonce,
            Origin = caller.Origin,
        }, null);
    }

    private static bool IsKeyLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_';

    // A name is the caller's text, too: only one that could be a field's is said back.
    private static string Spelt(string name) => ParameterRule.IsName(name) ? name : "another";
}
