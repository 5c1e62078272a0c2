using System.Text.RegularExpressions;

namespace OrleansHybrid.Silo.Tests.Clients;

/// <summary>
/// The placeholders in double braces: in a request a name, for its value; in an answer a form, or a form and a name, which is bound
/// to what is there at first sight and must be that ever after.
/// </summary>
internal sealed partial class GoldenPlaceholders(IEnumerable<KeyValuePair<string, string>> known)
{
    private static readonly Dictionary<string, string> Forms = new()
    {
        ["id"] = "[0-9a-f]{24}",
        ["time"] = @"20\d\d-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?Z",
        ["md5"] = "[0-9a-f]{32}",
        ["token"] = "[A-Za-z0-9_.-]{32,128}",
        ["number"] = "(0|[1-9][0-9]*)",
        ["text"] = "[^\"]+",
    };

    private readonly Dictionary<string, string> _values = new(known);

    public string this[string name] => _values[name];

    /// <summary>The text with the value of each name.</summary>
    public string Fill(string text) => Placeholder().Replace(
        text,
        match => _values.TryGetValue(match.Groups["form"].Value, out var value)
            ? value
            : throw new InvalidDataException($"nothing is called {match.Value} so far"));

    /// <summary>Whether a text is as it was expected to be; binds the names that are new in it.</summary>
    public bool Matches(string expected, string actual)
    {
        if (expected == actual)
        {
            return true;
        }

        var match = Regex.Match(actual, $@"\A{Pattern(expected)}\z", RegexOptions.CultureInvariant);
        foreach (var group in match.Groups.Values.Where(group => group.Success && !char.IsAsciiDigit(group.Name[0])))
        {
            _values[group.Name] = group.Value;
        }

        return match.Success;
    }

    /// <summary>The answer with names for what is known: as it could stand in the file.</summary>
    public string WithPlaceholders(string actual)
    {
        var shown = _values.OrderByDescending(value => value.Value.Length).Aggregate(
            actual, (text, value) => text.Replace(value.Value, $"{{{{{value.Key}}}}}", StringComparison.Ordinal));
        return Id().Replace(Time().Replace(shown, "\"{{time}}\""), "\"{{id}}\"");
    }

    private string Pattern(string expected)
    {
        var pattern = new System.Text.StringBuilder();
        var end = 0;
        foreach (Match match in Placeholder().Matches(expected))
        {
            pattern.Append(Regex.Escape(expected[end..match.Index])).Append(One(match));
            end = match.Index + match.Length;
        }

        return pattern.Append(Regex.Escape(expected[end..])).ToString();
    }

    private string One(Match placeholder)
    {
        var (form, name) = (placeholder.Groups["form"].Value, placeholder.Groups["name"].Value);
        return name.Length == 0 && _values.TryGetValue(form, out var known) ? Regex.Escape(known)
            : !Forms.TryGetValue(form, out var pattern) ? throw new InvalidDataException($"nothing has the form {form}")
            : name.Length == 0 ? $"(?:{pattern})"
            : _values.ContainsKey(name) ? throw new InvalidDataException($"{name} is bound already")
            : $"(?<{name}>{pattern})";
    }

    [GeneratedRegex(@"\{\{(?<form>[a-z]\w*)(?: (?<name>[a-z]\w*))?\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("\"20[0-7][0-9-]{7}T[0-9:.]{8,12}Z\"")]
    private static partial Regex Time();

    [GeneratedRegex("\"[0-9a-f]{24}\"")]
    private static partial Regex Id();
}
