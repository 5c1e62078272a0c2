using OrleansHybrid.Launcher.Domain.Scripts;

namespace OrleansHybrid.Launcher.Domain;

/// <summary>
/// The rules of a policy for requests: the edge, the launcher's grain and the holder of the key each hold a call against their own copy,
/// by this one rule.
/// </summary>
public sealed record LaunchRules
{
    private const int MaxKeyLength = 64;

    /// <summary>SHA-256 of the policy's text, in hex.</summary>
    public required string Version { get; init; }

    /// <summary>True when only whole hashes are taken.</summary>
    public bool StrictHash { get; init; }

    /// <summary>The parameters that callers may choose beside the commit, by name.</summary>
    public required IReadOnlyDictionary<string, LaunchParameter> Parameters { get; init; }

    /// <summary>The callers that are allowed, by id.</summary>
    public required IReadOnlyDictionary<string, LaunchCredential> Credentials { get; init; }

    /// <summary>The terms of each launch.</summary>
    public required LaunchProfile Terms { get; init; }

    /// <summary>True for a credential that counts at this moment.</summary>
    public bool IsKnownCredential(string credentialId, DateTimeOffset now) =>
        Credentials.TryGetValue(credentialId, out var credential) && credential.IsValid(now);

    /// <summary>
    /// The first problem of a credential's request; null when there is none. Parameters with a default may be left out.
    /// </summary>
    public FieldProblem? Check(string credentialId, string? hash, IReadOnlyDictionary<string, string> values, string? idempotencyKey, bool force) =>
        values.Keys.FirstOrDefault(name => !Parameters.ContainsKey(name)) is { } unknown ? new FieldProblem(SafeFieldName(unknown), "is not a field here")
        : !CommitHash.IsWellFormed(hash, StrictHash)
            ? new FieldProblem("h", StrictHash ? "40 or 64 digits of 0-9 and a-f" : "1 to 64 digits of 0-9 and a-f")
        : idempotencyKey is { } key && (key.Length is 0 or > MaxKeyLength || !key.All(IsKeyLetter))
            ? new FieldProblem("idempotency_key", $"1 to {MaxKeyLength} letters, digits, dots, dashes and underscores")
        : force && !(Credentials.TryGetValue(credentialId, out var credential) && credential.MayForce)
            ? new FieldProblem("force", "is not for this credential")
        : Parameters.Select(parameter => Check(parameter.Key, parameter.Value, values)).FirstOrDefault(problem => problem is not null);

    /// <summary>The value of each parameter: what was given, and else its default. For values that were checked.</summary>
    public IReadOnlyDictionary<string, string> ApplyDefaults(IReadOnlyDictionary<string, string> values) => Parameters.ToDictionary(
        parameter => parameter.Key,
        parameter => values.GetValueOrDefault(parameter.Key) ?? parameter.Value.DefaultValue!);

    /// <summary>A name is the caller's text, too: only one that could be a field's is said back.</summary>
    public static string SafeFieldName(string name) => ParameterRule.IsName(name) ? name : "another";

    private static FieldProblem? Check(string name, LaunchParameter parameter, IReadOnlyDictionary<string, string> values) =>
        (values.GetValueOrDefault(name) ?? parameter.DefaultValue) is not { } value ? new FieldProblem(name, "is missing")
        : !parameter.Rule.Allows(value) ? new FieldProblem(name, "is not what the policy allows")
        : null;

    private static bool IsKeyLetter(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_';
}

/// <summary>The rule for a parameter, and its default; null where the caller has to give it.</summary>
public sealed record LaunchParameter(ParameterRule Rule, string? DefaultValue);

/// <summary>From when and until when a credential counts, and whether it may launch the same again by force.</summary>
public sealed record LaunchCredential(DateTimeOffset? NotBefore, DateTimeOffset? NotAfter, bool MayForce)
{
    /// <summary>True while it counts.</summary>
    public bool IsValid(DateTimeOffset now) => (NotBefore ?? now) <= now && now < (NotAfter ?? DateTimeOffset.MaxValue);
}

/// <summary>A field of a call that breaks its rule; the value is not said back.</summary>
public sealed record FieldProblem(string Field, string Rule);
