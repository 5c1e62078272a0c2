using System.Text.RegularExpressions;

namespace OrleansHybrid.Launcher.Domain.Scripts;

/// <summary>The rule for the values of one parameter: one of a few, or a match of a pattern from end to end.</summary>
public sealed class ParameterRule
{
    /// <summary>Most characters of a value, whatever the pattern says.</summary>
    public const int MaxValueLength = 256;

    /// <summary>Most letters of a pattern.</summary>
    public const int MaxPatternLength = 1_000;

    private readonly IReadOnlyList<string>? _values;
    private readonly Regex? _pattern;

    private ParameterRule(IReadOnlyList<string>? values, Regex? pattern)
    {
        this._values = values;
        this._pattern = pattern;
    }

    /// <summary>One of these.</summary>
    public static ParameterRule OneOf(IReadOnlyList<string> values) => new(values, null);

    /// <summary>
    /// Matches the whole value, in time linear in its length, so without a timeout that a busy host could exceed.
    /// Throws <see cref="ArgumentException"/> for an invalid or too long expression, and <see cref="NotSupportedException"/> for one with
    /// back references or look-around, or with more repetitions than the engine builds.
    /// </summary>
    public static ParameterRule Matching(string pattern) => pattern.Length > MaxPatternLength
        ? throw new ArgumentException($"a pattern has at most {MaxPatternLength} letters", nameof(pattern))
        : new(null, new Regex(
            $@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Regex.InfiniteMatchTimeout));

    /// <summary>True for a value that may stand in a script. No pattern lets a control character or what is not ASCII through.</summary>
    public bool Allows(string value) =>
        value.Length <= MaxValueLength
        && value.All(character => character is >= ' ' and <= '~')
        && (_values?.Contains(value, StringComparer.Ordinal) ?? _pattern!.IsMatch(value));

    /// <summary>True for the name of a variable that a script may be given: small letters, digits and underscores, a letter first.</summary>
    public static bool IsName(string name) =>
        name is { Length: >= 1 and <= 32 } && char.IsAsciiLetterLower(name[0])
        && name.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '_');
}
