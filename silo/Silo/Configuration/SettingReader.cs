using System.Globalization;
using System.Numerics;

namespace OrleansHybrid.Silo.Configuration;

/// <summary>Reads settings, and notes what is wrong with them: setting, rule and remedy, never the value.</summary>
internal sealed class SettingReader(IConfiguration configuration)
{
    private readonly List<string> _problems = [];

    /// <summary>What is wrong, a sentence each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The trimmed value; null when it is absent or blank.</summary>
    public string? this[string variable] => configuration.GetSetting(variable);

    /// <summary>Notes that a setting is wrong.</summary>
    public void Reject(string variable, string problem) => _problems.Add($"{variable} {problem}");

    /// <summary>A value that <paramref name="parse"/> understands; <paramref name="fallback"/> where none is set, or <paramref name="rule"/> is broken.</summary>
    public T Read<T>(string variable, T fallback, Func<string, T?> parse, string rule)
        where T : class? => ReadValue(variable, fallback, text => parse(text) is { } value ? (true, value) : default, rule);

    /// <summary>A whole number within limits.</summary>
    public T ReadNumber<T>(string variable, T fallback, T min, T max, string rule)
        where T : INumber<T> => ReadValue(
            variable,
            fallback,
            text => T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
                ? (true, number) : default,
            rule);

    /// <summary>One of some words.</summary>
    public T ReadWord<T>(string variable, T fallback, IReadOnlyDictionary<string, T> words, string rule) => ReadValue(
        variable, fallback, text => words.TryGetValue(text, out var value) ? (true, value) : default, rule);

    private T ReadValue<T>(string variable, T fallback, Func<string, (bool IsGood, T Value)> parse, string rule)
    {
        if (this[variable] is not { } text)
        {
            return fallback;
        }

        var (isGood, value) = parse(text);
        if (!isGood)
        {
            Reject(variable, rule);
        }

        return isGood ? value : fallback;
    }
}
