using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner.Sealing;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>The settings about keys, and what is demanded of tasks because of them.</summary>
internal static class SealSettings
{
    private static readonly Dictionary<string, SealFormats> Forms = new(StringComparer.OrdinalIgnoreCase)
    {
        ["v1"] = SealFormats.Envelope,
        ["s"] = SealFormats.Symmetric,
        ["r"] = SealFormats.Rsa,
    };

    /// <summary>Null without a key: payloads then come as they are.</summary>
    public static SealPolicy? Read(SettingReader settings, SecretSource secrets)
    {
        var (accepted, signedOnly) = (ReadAcceptedForms(settings), RunnerSettings.ReadFlag(settings, "REQUIRE_SIGNED"));
        return settings.Read(() => ReadPolicy(secrets, accepted, signedOnly), null);
    }

    private static SealPolicy? ReadPolicy(SecretSource secrets, SealFormats? accepted, bool signedOnly)
    {
        using var secret = secrets.ReadPinned("DECRYPTION_KEY");
        if (secret is null)
        {
            var idle = signedOnly ? "REQUIRE_SIGNED" : accepted is not null ? "ACCEPT_SEALS" : null;
            return idle is null ? null : throw new ConfigurationException(idle, "needs DECRYPTION_KEY: set both, or neither.");
        }

        return DecryptionKeys.TryParse(secret.Text, out var keys, out var problem)
            ? new SealPolicy(keys, accepted ?? SealFormats.All, signedOnly)
            : throw new ConfigurationException("DECRYPTION_KEY", $"can't be used: {problem}");
    }

    private static SealFormats? ReadAcceptedForms(SettingReader settings)
    {
        var forms = settings.ReadValue(
            "ACCEPT_SEALS", SealFormats.None, ParseForms, "must be one or several of v1, s and r, with commas between them.");
        return forms == SealFormats.None ? null : forms;
    }

    private static SealFormats? ParseForms(string text)
    {
        var named = text.Split(',', StringSplitOptions.TrimEntries).Select(name => Forms.GetValueOrDefault(name)).ToList();
        return named.Contains(SealFormats.None) ? null : named.Aggregate((all, form) => all | form);
    }
}
