using System.Globalization;
using OrleansHybrid.Launcher.Domain.Scripts;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OrleansHybrid.Launcher.Policy;

/// <summary>
/// One section of a policy while it is parsed. Each key is read by name; keys that were not read are rejected at the
/// end, so that a typo is not ignored.
/// </summary>
internal sealed class PolicySection(string name, YamlMappingNode node)
{
    private readonly HashSet<string> _knownKeys = [];

    /// <summary>The keys of a section whose keys are names of the operator's.</summary>
    public IReadOnlyList<string> Keys => [.. node.Children.Keys.Select(key => (key as YamlScalarNode)?.Value ?? "")];

    /// <summary>True where the key is there, whatever it has.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>True where the key has keys and values of its own.</summary>
    public bool IsSection(string key) => Find(key) is YamlMappingNode;

    /// <summary>A text that is not empty; null where the key is not there.</summary>
    public string? Text(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode { Value: { } value } scalar when value.Trim().Length > 0 && !IsNull(scalar) => value,
        var other => throw Error(key, "needs a text", other),
    };

    /// <summary>A text that has to be there.</summary>
    public string Required(string key, string description) =>
        Text(key) ?? throw new PolicyException((int)node.Start.Line, $"{FullKey(key)} is missing: {description}.");

    /// <summary>One of a few words.</summary>
    public T Choice<T>(string key, T defaultValue, params (string Word, T Meaning)[] choices) => Text(key) is not { } text
        ? defaultValue
        : choices.Where(word => word.Word == text).Select(word => new { word.Meaning }).FirstOrDefault() is { } found
            ? found.Meaning
            : throw Error(key, $"must be {string.Join(" or ", choices.Select(word => word.Word))}");

    /// <summary>true or false.</summary>
    public bool Flag(string key, bool defaultValue = false) => Choice(key, defaultValue, ("true", true), ("false", false));

    /// <summary>A whole number.</summary>
    public int? Number(string key, int min, int max) => Text(key) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number
        : throw Error(key, $"must be a whole number from {min} to {max}");

    /// <summary>An amount, of money or time, 0 or more.</summary>
    public decimal? Amount(string key) => Text(key) is not { } text ? null
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) && amount <= 1_000_000_000 ? amount
        : throw Error(key, "must be an amount such as 12.50, without a sign or a currency");

    /// <summary>A moment with its offset from UTC.</summary>
    public DateTimeOffset? Timestamp(string key) => Text(key) is not { } text ? null
        : DateTimeOffset.TryParseExact(
            text, "yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment
        : throw Error(key, "must be a moment such as 2030-01-31T00:00:00Z");

    /// <summary>One text, or a list of them, each made into a value; empty where the key is not there.</summary>
    public IReadOnlyList<T> List<T>(string key, string rule, Func<string, T?> read)
        where T : class
    {
        IEnumerable<YamlNode> items = Find(key) switch
        {
            null => [],
            YamlSequenceNode list => list.Children,
            var one => [one],
        };
        return [.. items.Select(item =>
            item is YamlScalarNode { Value: { } text } && read(text) is { } value ? value : throw Error(key, rule, item))];
    }

    /// <summary>A section inside this one.</summary>
    public PolicySection? Section(string key) => Find(key) switch
    {
        null => null,
        YamlMappingNode section => new PolicySection(FullKey(key), section),
        var other => throw Error(key, "must be a section: keys and values, indented below it", other),
    };

    /// <summary>Rejects unknown keys.</summary>
    public void RejectUnknownKeys()
    {
        var other = node.Children.Keys.FirstOrDefault(key => key is not YamlScalarNode { Value: { } known } || !_knownKeys.Contains(known));
        if (other is not null)
        {
            var spelt = other is YamlScalarNode { Value: { } word } && ParameterRule.IsName(word) ? FullKey(word) : "a key in this line";
            throw new PolicyException((int)other.Start.Line, $"{spelt} is not known: see the keys in docs/reference/launcher.md.");
        }
    }

    /// <summary>An error about the value of a key.</summary>
    public PolicyException Error(string key, string problem) => Error(key, problem, Find(key));

    private PolicyException Error(string key, string rule, YamlNode? at) => new((int)(at ?? node).Start.Line, $"{FullKey(key)} {rule}.");

    private YamlNode? Find(string key)
    {
        _knownKeys.Add(key);
        return node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
    }

    private string FullKey(string key) => name.Length == 0 ? key : $"{name}.{key}";

    private static bool IsNull(YamlScalarNode scalar) => scalar is { Style: ScalarStyle.Plain, Value: "~" or "null" };
}
