using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace OrleansHybrid.Contracts.Iron;

/// <summary>
/// A code package's <c>command</c> and the words of it that a program gets. The published clients write plain text, which is
/// split at white space and knows no quotes; a JSON array of strings, ours, keeps every word as it is.
/// </summary>
public static class ShellWords
{
    // People read these in lists: quotes stay quotes.
    private static readonly IronJson Readable = new(new JsonSerializerOptions(IronJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>The words of a command; none for an empty one, which means the image's own.</summary>
    /// <param name="command">
    /// Plain text, or a JSON array of strings. What merely begins like an array is plain text.
    /// </param>
    public static IReadOnlyList<string> Parse(string command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return TryReadArray(command, out var words)
            ? words
            : command.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The command that gives these words: plain text where that is enough, else a JSON array.</summary>
    public static string Join(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        var plain = string.Join(' ', words);
        return Parse(plain).SequenceEqual(words) ? plain
            : JsonSerializer.Serialize([.. words], Readable.StringArray);
    }

    private static bool TryReadArray(string command, [NotNullWhen(true)] out string[]? words)
    {
        words = null;
        if (!command.AsSpan().TrimStart().StartsWith('['))
        {
            return false;
        }

        try
        {
            words = JsonSerializer.Deserialize(command, IronJson.Default.StringArray);
        }
        catch (JsonException)
        {
            return false;
        }

        return words is not null && Array.TrueForAll(words, word => word is not null);
    }
}
