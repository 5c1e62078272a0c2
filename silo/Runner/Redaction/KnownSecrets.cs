using System.Text;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.Redaction;

/// <summary>
/// The texts to redact in a task's log: values of its variables whose names say that they are secret, the login for its image, and what
/// each of these looks like in base64.
/// </summary>
internal static class KnownSecrets
{
    // Shorter ones would hide half of what a program says.
    private const int MinLength = 6;
    private const int MaxCount = 64;

    private static readonly string[] Names =
        ["token", "secret", "pass", "connectionstring", "api_key", "apikey", "access_key", "private_key", "credential", "license"];

    /// <summary>The secrets of an assignment, as the bytes that they would be written as.</summary>
    public static IReadOnlyList<byte[]> Find(TaskAssignment assignment)
    {
        var values = assignment.EnvVars.Where(pair => IsSecret(pair.Key)).Select(pair => pair.Value)
            .Append(assignment.Login?.Password ?? "")
            .SelectMany(value => value.Split('\n', StringSplitOptions.TrimEntries).Append(value))
            .Where(value => value.Length >= MinLength)
            .Distinct(StringComparer.Ordinal)
            .Take(MaxCount);
        return [.. values.SelectMany(value => InBase64(value).Prepend(value)).Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>True for a name that says that its value is secret.</summary>
    public static bool IsSecret(string name) => Names.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>The characters that encode only the value, at any offset in a longer text.</summary>
    private static IEnumerable<string> InBase64(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var (first, end) = (((8 * before) + 5) / 6, 8 * (before + bytes.Length) / 6);
            yield return text[first..end];
        }
    }
}
