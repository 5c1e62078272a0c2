using Microsoft.Extensions.Configuration;
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
    public static SealPolicy? Read(IConfiguration source, SecretSource secrets)
    {
        var (accepted, signedOnly) = (ReadAcceptedForms(source), ReadSignedOnly(source));
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

    private static SealFormats? ReadAcceptedForms(IConfiguration source)
    {
        if (source["ACCEPT_SEALS"] is not { } text)
        {
            return null;
        }

        var named = text.Split(',', StringSplitOptions.TrimEntries).Select(name => Forms.GetValueOrDefault(name)).ToList();
        return named.Contains(SealFormats.None)
            ? throw new ConfigurationException("ACCEPT_SEALS", "must be one or several of v1, s and r, with commas between them.")
            : named.Aggregate((all, form) => all | form);
    }

    private static bool ReadSignedOnly(IConfiguration source) => source["REQUIRE_SIGNED"] switch
    {
        null or "0" => false,
        "1" => true,
        _ => throw new ConfigurationException("REQUIRE_SIGNED", "must be 1 or 0."),
    };
}
