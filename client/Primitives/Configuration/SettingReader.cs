using System.Globalization;
using System.Numerics;

namespace OrleansHybrid.Primitives.Configuration;

/// <summary>Reads settings, and notes what is wrong with them: setting, rule and remedy, never the value.</summary>
/// <param name="settings">Gives the trimmed value of a setting; null when it is absent or blank.</param>
public sealed class SettingReader(Func<string, string?> settings)
{
    private readonly List<string> _problems = [];

    /// <summary>The problems found, a sentence each.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The trimmed value; null when it is absent or blank.</summary>
    /// <param name="name">The setting.</param>
    public string? this[string name] => settings(name);

    /// <summary>Notes that a setting is wrong.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="problem">The rule that it breaks, and the remedy.</param>
    public void Reject(string name, string problem) => _problems.Add($"{name} {problem}");

    /// <summary>A value that <paramref name="parse"/> understands; <paramref name="fallback"/> where none is set, or <paramref name="rule"/> is broken.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="fallback">What stands for none.</param>
    /// <param name="parse">Gives null for what breaks the rule.</param>
    /// <param name="rule">The rule, and the remedy.</param>
    public T Read<T>(string name, T fallback, Func<string, T?> parse, string rule)
        where T : class?
    {
        ArgumentNullException.ThrowIfNull(parse);
        return ReadAny(name, fallback, text => parse(text) is { } value ? (true, value) : default, rule);
    }

    /// <summary>The same for numbers and the like.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="fallback">What stands for none.</param>
    /// <param name="parse">Gives null for what breaks the rule.</param>
    /// <param name="rule">The rule, and the remedy.</param>
    public T ReadValue<T>(string name, T fallback, Func<string, T?> parse, string rule)
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(parse);
        return ReadAny(name, fallback, text => parse(text) is { } value ? (true, value) : default, rule);
    }

    /// <summary>A whole number within limits.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="fallback">What stands for none.</param>
    /// <param name="min">The least.</param>
    /// <param name="max">The most.</param>
    /// <param name="rule">The rule, and the remedy.</param>
    public T ReadNumber<T>(string name, T fallback, T min, T max, string rule)
        where T : struct, INumber<T> => ReadValue(
            name,
            fallback,
            text => T.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number : (T?)null,
            rule);

    /// <summary>One of some words.</summary>
    /// <param name="name">The setting.</param>
    /// <param name="fallback">What stands for none.</param>
    /// <param name="words">What each word means.</param>
    /// <param name="rule">The rule, and the remedy.</param>
    public T ReadWord<T>(string name, T fallback, IReadOnlyDictionary<string, T> words, string rule)
    {
        ArgumentNullException.ThrowIfNull(words);
        return ReadAny(name, fallback, text => words.TryGetValue(text, out var value) ? (true, value) : default, rule);
    }

    /// <summary>What <paramref name="read"/> gives; <paramref name="fallback"/> where it throws that a setting is wrong, which is noted.</summary>
    /// <param name="read">Reads what belongs together.</param>
    /// <param name="fallback">What stands for none.</param>
    public T Read<T>(Func<T> read, T fallback)
    {
        ArgumentNullException.ThrowIfNull(read);
        try
        {
            return read();
        }
        catch (ConfigurationException ex)
        {
            _problems.Add(ex.Message);
            return fallback;
        }
    }

    /// <summary>Gives back what was read.</summary>
    /// <param name="options">What was read.</param>
    /// <exception cref="ConfigurationException">Something is wrong: a line for each.</exception>
    public T Complete<T>(T options) => _problems.Count == 0 ? options : throw new ConfigurationException(_problems);

    private T ReadAny<T>(string name, T fallback, Func<string, (bool IsGood, T Value)> parse, string rule)
    {
        if (this[name] is not { } text)
        {
            return fallback;
        }

        var (isGood, value) = parse(text);
        if (!isGood)
        {
            Reject(name, rule);
        }

        return isGood ? value : fallback;
    }
}
