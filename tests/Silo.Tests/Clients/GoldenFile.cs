using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Clients;

/// <summary>
/// A client's conversation with the server, as a file tells it: requests as that client sends them, byte for byte, the whole
/// answer to each, and what a runner does in between. The file's form is told in Golden/README.md.
/// </summary>
internal sealed record GoldenFile(string Name, IReadOnlyList<GoldenStep> Steps)
{
    private const string Mark = "### ";
    private const string Runner = "### runner: ";

    public static string Folder { get; } = SourceTree.PathTo("tests/Silo.Tests/Clients/Golden");

    /// <summary>The names of all there are.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. Directory.GetFiles(Folder, "*.http").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public static GoldenFile Read(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Folder, name));
        int[] starts = [.. Enumerable.Range(0, lines.Length).Where(i => lines[i].StartsWith(Mark, StringComparison.Ordinal))];
        return new GoldenFile(
            name, [.. starts.Zip([.. starts[1..], lines.Length], (from, to) => Step($"{name}:{from + 1}", lines[from..to]))]);
    }

    private static GoldenStep Step(string place, string[] lines)
    {
        var said = lines[1..].AsSpan().TrimEnd("").ToArray();
        if (lines[0].StartsWith(Runner, StringComparison.Ordinal))
        {
            return new GoldenRunnerStep(place, [lines[0][Runner.Length..], .. said]);
        }

        var answer = Array.FindIndex(said, line => line.StartsWith("HTTP/1.1 ", StringComparison.Ordinal));
        return answer > 0
            ? new GoldenExchange(place, lines[0][Mark.Length..], GoldenMessage.Of(said[..answer]), GoldenMessage.Of(said[answer..]))
            : throw new InvalidDataException($"{place}: no answer, which begins with HTTP/1.1");
    }
}

/// <summary>A step of a conversation, and where it stands.</summary>
internal abstract record GoldenStep(string Place);

/// <summary>A request and the answer to it.</summary>
internal sealed record GoldenExchange(string Place, string Title, GoldenMessage Request, GoldenMessage Answer) : GoldenStep(Place)
{
    /// <summary>The method and the path, without its query and the host before it.</summary>
    public string Call
    {
        get
        {
            var words = Request.Start.Split(' ');
            var path = words[1].Split('?')[0];
            return $"{words[0]} {(path.StartsWith('/') ? path : path[path.IndexOf("/2/", StringComparison.Ordinal)..])}";
        }
    }
}

/// <summary>The actions of the cluster's runner, one a line.</summary>
internal sealed record GoldenRunnerStep(string Place, IReadOnlyList<string> Orders) : GoldenStep(Place);

/// <summary>A request or an answer, in lines.</summary>
internal sealed record GoldenMessage(string Start, IReadOnlyList<string> Headers, IReadOnlyList<string> Body)
{
    /// <summary>Headers end with an empty line; where the body follows at once, there are none.</summary>
    public static GoldenMessage Of(string[] lines)
    {
        var rest = lines.AsSpan(1).TrimEnd("");
        if (rest.Length > 0 && rest[0].Length > 0 && rest[0][0] is '{' or '[')
        {
            return new GoldenMessage(lines[0], [], rest.ToArray());
        }

        var end = rest.IndexOf("");
        return end < 0
            ? new GoldenMessage(lines[0], rest.ToArray(), [])
            : new GoldenMessage(lines[0], rest[..end].ToArray(), rest[(end + 1)..].ToArray());
    }
}
