using System.Text.RegularExpressions;

namespace OrleansHybrid.Architecture.Tests;

/// <summary>Nothing half-done and nothing foreign stays in the tree.</summary>
public sealed partial class SourceHygieneTests
{
    [Fact]
    public void No_code_is_unfinished_switched_off_or_silenced()
    {
        var found = SourceTree.Sources()
            .Where(file => !file.EndsWith("/SourceHygieneTests.cs", StringComparison.Ordinal))
            .SelectMany(file => SourceTree.Lines(file).Select((line, i) => $"{file}:{i + 1} {line.Trim()}"))
            .Where(line => Unfinished().IsMatch(line));

        Assert.Empty(found);
    }

    [Fact]
    public void No_test_sleeps()
    {
        var found = SourceTree.Files("tests", "*.cs")
            .Where(file => !file.EndsWith("/SourceHygieneTests.cs", StringComparison.Ordinal))
            .Where(file => !file.StartsWith("tests/Bench/", StringComparison.Ordinal))
            .SelectMany(file => SourceTree.Lines(file).Select((line, i) => $"{file}:{i + 1} {line.Trim()}"))
            .Where(line => line.Contains("Thread.Sleep(", StringComparison.Ordinal)
                || Sleep().IsMatch(line));

        Assert.Empty(found);
    }

    [Fact]
    public void Each_class_of_tests_for_several_cases_has_a_class_that_runs_them()
    {
        var sources = SourceTree.Files("tests", "*.cs").Select(file => string.Join('\n', SourceTree.Lines(file))).ToList();
        var shared = sources.SelectMany(source => SharedTests().Matches(source)).Select(match => match.Groups["name"].Value).ToList();
        var left = shared.Where(name => !sources.Any(source => Regex.IsMatch(source, $@"class \w+(\([^)]*\))?\s*:\s*{name}\b")));

        Assert.NotEmpty(shared);
        Assert.Empty(left);
    }

    [GeneratedRegex(@"abstract (?:partial )?class (?<name>\w+Tests)\b")]
    private static partial Regex SharedTests();

    // To wait without end until something cancels it is to wait on a signal.
    [GeneratedRegex(@"await Task\.Delay\((?!Timeout\.Infinite)")]
    private static partial Regex Sleep();

    [GeneratedRegex(@"NotImplementedException|\bTODO\b|\bFIXME\b|\bHACK\b|Skip ?= ?""|Assert\.True\(true\)|#pragma warning disable|#region")]
    private static partial Regex Unfinished();
}
