using System.Globalization;
using System.Text.RegularExpressions;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Clients;

/// <summary>Each rule of compatibility is in the docs, and has a test that carries its id.</summary>
public sealed partial class RuleCoverageTests
{
    // What published clients rely on, by topic. Left out: X8, a limit of the hosted service's own.
    private static readonly (char Topic, int Count)[] Known =
        [('A', 6), ('B', 4), ('C', 9), ('E', 2), ('F', 1), ('K', 5), ('R', 4), ('S', 6), ('T', 9), ('U', 5), ('W', 5), ('X', 7)];

    // These ids mean something else in docs/reference/guarantees.md, which tests elsewhere carry.
    private static readonly Dictionary<char, string[]> Folders = new()
    {
        ['F'] = ["tests/Silo.Tests/Api/Iron/"],
        ['S'] = ["tests/Silo.Tests/Api/Iron/Schedules/", "tests/Silo.Tests/Background/", "tests/Domain.Tests/Schedules/", "tests/Stores.Tests/"],
    };

    private static readonly IReadOnlyList<string> Expected =
        [.. Known.SelectMany(known => Enumerable.Range(1, known.Count).Select(number => $"{known.Topic}{number}"))];

    [Fact]
    public void The_table_of_rules_is_complete()
    {
        var told = File.ReadLines(SourceTree.PathTo("docs/reference/iron-compatibility.md"))
            .SkipWhile(line => line != "## Rules")
            .SkipWhile(line => !line.StartsWith("|---", StringComparison.Ordinal))
            .Skip(1)
            .TakeWhile(line => line.StartsWith('|'))
            .SelectMany(line => line.Trim('|').Split('|')[0].Trim().Split(' '))
            .SelectMany(Each)
            .ToHashSet();

        Assert.Empty(Expected.Except(told));
        Assert.Empty(told.Except(Expected));
    }

    [Fact]
    public void Each_rule_has_a_test_that_carries_its_id()
    {
        var carried = Directory.EnumerateFiles(SourceTree.PathTo("tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Test().Matches(File.ReadAllText(file))
                .SelectMany(test => test.Groups["id"].Captures)
                .Select(id => id.Value.TrimEnd('_'))
                .Where(id => !Folders.TryGetValue(id[0], out var rooms)
                    || rooms.Any(room => Path.GetRelativePath(SourceTree.Root, file).StartsWith(room, StringComparison.Ordinal))))
            .ToHashSet();

        Assert.Empty(Expected.Except(carried));
    }

    /// <summary>R1–R4 is four of them.</summary>
    private static IEnumerable<string> Each(string ids)
    {
        var ends = ids.Split('–');
        var (first, last) = (Number(ends[0]), Number(ends[^1]));
        return Enumerable.Range(first, last - first + 1).Select(number => $"{ids[0]}{number}");
    }

    private static int Number(string id) => int.Parse(id.AsSpan(1), CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^    public (?:async Task|void) (?<id>[A-Z]\d+_)+", RegexOptions.Multiline)]
    private static partial Regex Test();
}
