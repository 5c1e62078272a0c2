namespace OrleansHybrid.Launcher.Policy;

/// <summary>Reads who may call: the one secret of the original, credentials by id, or both.</summary>
internal static class CredentialSectionParser
{
    /// <summary>The id of the original's one secret.</summary>
    public const string SharedId = "shared";

    /// <summary>All of them; at least one.</summary>
    public static IReadOnlyList<CallerCredential> Parse(PolicySection root)
    {
        var byId = root.Section("credentials");
        List<CallerCredential> all = [.. ParseShared(root), .. byId?.Keys.Select(id => ParseCredential(byId, id)) ?? []];
        byId?.RejectUnknownKeys();
        return all.DistinctBy(credential => credential.Id).Count() != all.Count
            ? throw root.Error("credentials", $"has the id {SharedId}, which is that of the shared secret: give it another")
            : all.Count > 0 ? all
            : throw root.Error("shared_secret_file", "is missing, and so is credentials: give one of them, or no caller can authenticate");
    }

    /// <summary>The source of a secret; a secret in the policy itself is rejected.</summary>
    public static SecretSource ParseSource(PolicySection section, string literal, string key)
    {
        RejectLiteral(section, literal, key);
        return ParseEither(section, fileKey: $"{key}_file", variableKey: $"{key}_env");
    }

    private static SecretSource ParseEither(PolicySection section, string fileKey, string variableKey) =>
        (section.Text(fileKey), section.Text(variableKey)) switch
        {
            ({ } file, null) => new SecretSource(file, null),
            (null, { } variable) => new SecretSource(null, variable),
            (null, null) => throw section.Error(fileKey, $"is missing: the file that holds it; or {variableKey}, the variable that does"),
            _ => throw section.Error(fileKey, $"and {variableKey} are both there: give one"),
        };

    private static IEnumerable<CallerCredential> ParseShared(PolicySection root)
    {
        if (ParseSharedSource(root) is { } source)
        {
            yield return new CallerCredential(SharedId, source, CallSchemes.Plain, null, null, MayForce: false);
        }
    }

    // The nimbix-admin wrapper's setting may name a source instead of the secret itself.
    private static SecretSource? ParseSharedSource(PolicySection root)
    {
        if (root.IsSection("shared_secret"))
        {
            var section = root.Section("shared_secret")!;
            var source = ParseEither(section, fileKey: "file", variableKey: "env");
            section.RejectUnknownKeys();
            return source;
        }

        RejectLiteral(root, "shared_secret", "shared_secret");
        return root.Has("shared_secret_file") || root.Has("shared_secret_env") ? ParseSource(root, "shared_secret", "shared_secret") : null;
    }

    private static CallerCredential ParseCredential(PolicySection all, string id)
    {
        var section = all.Section(id)!;
        var credential = new CallerCredential(
            PolicyParser.IsName(id) ? id : throw all.Error(id, "must be at most 32 small letters, digits, dots, dashes and underscores"),
            ParseSource(section, "secret", "secret"),
            section.Choice(
                "scheme",
                CallSchemes.Hmac,
                ("plain", CallSchemes.Plain),
                ("hmac", CallSchemes.Hmac),
                ("both", CallSchemes.Plain | CallSchemes.Hmac)),
            section.Timestamp("not_before"),
            section.Timestamp("not_after"),
            section.Flag("may_force"));
        section.RejectUnknownKeys();
        return credential;
    }

    private static void RejectLiteral(PolicySection section, string literal, string key)
    {
        if (section.Has(literal))
        {
            throw section.Error(
                literal,
                $"must not stand in the policy: put it into a file and name that with {key}_file, "
                + $"or into a variable and name that with {key}_env");
        }
    }
}
