namespace OrleansHybrid.Silo.Nimbix.Policy;

/// <summary>Reads who may call: the one secret of the original, credentials by id, or both.</summary>
internal static class PolicyCredentials
{
    /// <summary>The id of the original's one secret.</summary>
    public const string SharedId = "shared";

    /// <summary>All of them; at least one.</summary>
    public static IReadOnlyList<CallerCredential> In(PolicySection root)
    {
        var byId = root.Section("credentials");
        List<CallerCredential> all = [.. Shared(root), .. byId?.Keys.Select(id => Named(byId, id)) ?? []];
        byId?.RefuseOthers();
        return all.DistinctBy(credential => credential.Id).Count() != all.Count
            ? throw root.Wrong("credentials", $"has the id {SharedId}, which is that of the shared secret: give it another")
            : all.Count > 0 ? all
            : throw root.Wrong("shared_secret_file", "is missing, and so is credentials: nobody could call");
    }

    /// <summary>Where a secret is to be read from; a secret that stands in the policy itself is refused.</summary>
    public static SecretSource SourceIn(PolicySection section, string literal, string key)
    {
        RefuseLiteral(section, literal, key);
        return Either(section, fileKey: $"{key}_file", variableKey: $"{key}_env");
    }

    private static SecretSource Either(PolicySection section, string fileKey, string variableKey) =>
        (section.Text(fileKey), section.Text(variableKey)) switch
        {
            ({ } file, null) => new SecretSource(file, null),
            (null, { } variable) => new SecretSource(null, variable),
            (null, null) => throw section.Wrong(fileKey, $"is missing: the file that holds it; or {variableKey}, the variable that does"),
            _ => throw section.Wrong(fileKey, $"and {variableKey} are both there: give one"),
        };

    private static IEnumerable<CallerCredential> Shared(PolicySection root)
    {
        if (SharedSource(root) is { } source)
        {
            yield return new CallerCredential(SharedId, source, CallSchemes.Plain, null, null, MayForce: false);
        }
    }

    // The original's key may say where the secret is, in place of what it is.
    private static SecretSource? SharedSource(PolicySection root)
    {
        if (root.IsSection("shared_secret"))
        {
            var section = root.Section("shared_secret")!;
            var source = Either(section, fileKey: "file", variableKey: "env");
            section.RefuseOthers();
            return source;
        }

        RefuseLiteral(root, "shared_secret", "shared_secret");
        return root.Has("shared_secret_file") || root.Has("shared_secret_env") ? SourceIn(root, "shared_secret", "shared_secret") : null;
    }

    private static CallerCredential Named(PolicySection all, string id)
    {
        var section = all.Section(id)!;
        var credential = new CallerCredential(
            PolicyText.IsName(id) ? id : throw all.Wrong(id, "must be at most 32 small letters, digits, dots, dashes and underscores"),
            SourceIn(section, "secret", "secret"),
            section.Word(
                "scheme",
                CallSchemes.Hmac,
                ("plain", CallSchemes.Plain),
                ("hmac", CallSchemes.Hmac),
                ("both", CallSchemes.Plain | CallSchemes.Hmac)),
            section.Moment("not_before"),
            section.Moment("not_after"),
            section.Flag("may_force"));
        section.RefuseOthers();
        return credential;
    }

    private static void RefuseLiteral(PolicySection section, string literal, string key)
    {
        if (section.Has(literal))
        {
            throw section.Wrong(
                literal,
                $"must not stand in the policy: put it into a file and name that with {key}_file, "
                + $"or into a variable and name that with {key}_env");
        }
    }
}
