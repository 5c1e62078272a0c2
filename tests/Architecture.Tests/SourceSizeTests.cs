using System.Text.RegularExpressions;

namespace OrleansHybrid.Architecture.Tests;

/// <summary>Nothing grows past what a person reads in one go.</summary>
public sealed partial class SourceSizeTests
{
    public static TheoryData<string, int> Limits() => new()
    {
        { @"\.cs$", 300 },
        { @"Grain\.cs$", 120 },
        { @"Endpoints\.cs$", 120 },
        { @"/Program\.cs$", 80 },
    };

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_file_stays_within_its_size(string pattern, int max)
    {
        var tooLong = SourceTree.Sources()
            .Where(file => Regex.IsMatch(file, pattern))
            .Select(file => (File: file, Lines: SourceTree.Lines(file).Length))
            .Where(file => file.Lines > max);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void A_method_fits_a_screen()
    {
        var tooLong = SourceTree.Sources().SelectMany(Methods).Where(method => method.Lines > 70);

        Assert.Empty(tooLong);
    }

    [Fact]
    public void The_counting_of_methods_sees_methods() =>
        Assert.Contains(SourceTree.Sources().SelectMany(Methods), method => method.Lines > 20);

    /// <summary>Bodies in braces of members, by the indentation that the format check holds.</summary>
    private static IEnumerable<(string Place, int Lines)> Methods(string file)
    {
        var lines = SourceTree.Lines(file);
        for (var i = 1; i < lines.Length; i++)
        {
            var indent = lines[i].Length - 1;
            if (lines[i].TrimStart() == "{" && indent is 4 or 8 && !Heading(lines, i).Contains("class ", StringComparison.Ordinal))
            {
                var end = Array.FindIndex(
                    lines, i, line => line.StartsWith(new string(' ', indent) + "}", StringComparison.Ordinal));
                yield return ($"{file}:{i + 1}", end - i);
            }
        }
    }

    private static string Heading(string[] lines, int brace)
    {
        var start = brace - 1;
        while (start > 0 && !Boundary().IsMatch(lines[start - 1]))
        {
            start--;
        }

        return string.Join(' ', lines[start..brace]);
    }

    [GeneratedRegex(@"^\s*$|^\s*[{}]|///|;\s*$")]
    private static partial Regex Boundary();
}
