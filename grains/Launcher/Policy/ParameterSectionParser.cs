using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Domain.Scripts;

namespace OrleansHybrid.Launcher.Policy;

/// <summary>Reads what callers may choose beside the commit.</summary>
internal static class ParameterSectionParser
{
    private const int MaxParameters = 20;

    // Fields of a call that mean something by themselves.
    private static readonly string[] ReservedNames = ["h", "s", "force", "idempotency_key"];

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, LaunchParameter> Parse(PolicySection root)
    {
        if (root.Section("parameters") is not { } all)
        {
            return new Dictionary<string, LaunchParameter>();
        }

        var parameters = all.Keys.ToDictionary(name => name, name => ParseParameter(all, name), StringComparer.Ordinal);
        all.RejectUnknownKeys();
        return parameters.Count <= MaxParameters ? parameters : throw root.Error("parameters", $"has more than {MaxParameters} of them");
    }

    private static LaunchParameter ParseParameter(PolicySection all, string name)
    {
        if (!ParameterRule.IsName(name) || ReservedNames.Contains(name))
        {
            throw all.Error(name, $"can be no name: small letters, digits and underscores, a letter first, and none of {string.Join(", ", ReservedNames)}");
        }

        var section = all.Section(name)!;
        var rule = ParseRule(section);
        var otherwise = section.Text("default");
        section.RejectUnknownKeys();
        return otherwise is null || rule.Allows(otherwise)
            ? new LaunchParameter(rule, otherwise)
            : throw section.Error("default", "is not what its own rule allows");
    }

    private static ParameterRule ParseRule(PolicySection section)
    {
        var values = section.List("values", "must be a list of texts", value => value);
        var pattern = section.Text("pattern");
        if (values.Count > 0 == pattern is not null)
        {
            throw section.Error("pattern", "or values is required: give exactly one of the two");
        }

        try
        {
            return pattern is null ? ParameterRule.OneOf(values) : ParameterRule.Matching(pattern);
        }
        catch (Exception ex) when (ex is ArgumentException or NotSupportedException)
        {
            throw section.Error(
                "pattern",
                $"must be a regular expression without back references and look-around, of at most {ParameterRule.MaxPatternLength} letters, "
                + "whose repetitions come to some hundreds at most");
        }
    }
}
