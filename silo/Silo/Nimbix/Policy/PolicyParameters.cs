using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Domain.Launching.Scripts;

namespace OrleansHybrid.Silo.Nimbix.Policy;

/// <summary>Reads what callers may choose beside the commit.</summary>
internal static class PolicyParameters
{
    private const int MostParameters = 20;

    // Fields of a call that mean something by themselves.
    private static readonly string[] Taken = ["h", "s", "force", "idempotency_key"];

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyDictionary<string, LaunchParameter> In(PolicySection root)
    {
        if (root.Section("parameters") is not { } all)
        {
            return new Dictionary<string, LaunchParameter>();
        }

        var parameters = all.Keys.ToDictionary(name => name, name => Named(all, name), StringComparer.Ordinal);
        all.RefuseOthers();
        return parameters.Count <= MostParameters ? parameters : throw root.Wrong("parameters", $"has more than {MostParameters} of them");
    }

    private static LaunchParameter Named(PolicySection all, string name)
    {
        if (!ParameterRule.IsName(name) || Taken.Contains(name))
        {
            throw all.Wrong(name, $"can be no name: small letters, digits and underscores, a letter first, and none of {string.Join(", ", Taken)}");
        }

        var section = all.Section(name)!;
        var rule = RuleIn(section);
        var otherwise = section.Text("default");
        section.RefuseOthers();
        return otherwise is null || rule.Allows(otherwise)
            ? new LaunchParameter(rule, otherwise)
            : throw section.Wrong("default", "is not what its own rule allows");
    }

    private static ParameterRule RuleIn(PolicySection section)
    {
        var values = section.Several("values", "must be a list of texts", value => value);
        var pattern = section.Text("pattern");
        if (values.Count > 0 == pattern is not null)
        {
            throw section.Wrong("pattern", "or values says what it may be: give one of the two");
        }

        try
        {
            return pattern is null ? ParameterRule.OneOf(values) : ParameterRule.Matching(pattern);
        }
        catch (Exception ex) when (ex is ArgumentException or NotSupportedException)
        {
            throw section.Wrong(
                "pattern",
                $"must be a regular expression without back references and look-around, of at most {ParameterRule.LongestPattern} letters, "
                + "whose repetitions come to some hundreds at most");
        }
    }
}
