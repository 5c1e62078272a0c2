using System.Text.RegularExpressions;

namespace OrleansHybrid.Architecture.Tests;

/// <summary>V5: no expression of the product looks back over text of strangers, which would cost more than its length.</summary>
public sealed partial class RegexTests
{
    // What each of these reads is short by a rule of its own, or written by whoever runs the program, and none of them looks back far.
    private static readonly string[] Bounded =
    [
        "runner/Runner/Policy/HostPaths.cs", "runner/Runner/Policy/ImagePattern.cs", "runner/Runner/Policy/PolicyWords.cs",
        "client/Primitives/Codes/ImageReference.cs", "runner/Runner/Settings/ByteSize.cs", "runner/Runner/Executors/Process/TaskFolders.cs",
        "silo/Silo/Http/WrittenTime.cs",
        "silo/Silo/Http/JsonFields.cs", "silo/Silo/Http/Describing/OperationDescription.cs",
    ];

    [Fact]
    public void An_expression_takes_time_that_grows_with_the_length_alone()
    {
        var files = new[] { "grains", "silo", "client", "runner" }.SelectMany(room => SourceTree.Files(room, "*.cs")).ToList();
        var found = files
            .Where(file => !Bounded.Contains(file))
            .SelectMany(file => Unsure(string.Join('\n', SourceTree.Lines(file))).Select(expression => $"{file}: {expression}"));

        Assert.NotEmpty(files);
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("""[GeneratedRegex("a*b")]""", true)]
    [InlineData("""[GeneratedRegex("a*b", RegexOptions.NonBacktracking)]""", false)]
    [InlineData("""Regex.Replace(text, "a", "b")""", true)]
    [InlineData("""private static readonly Regex One = new("a", RegexOptions.IgnoreCase);""", true)]
    [InlineData("private static readonly Regex One = new(\n  \"a\",\n  RegexOptions.NonBacktracking);", false)]
    [InlineData("""x = new Regex("a")""", true)]
    public void The_look_for_expressions_finds_them(string code, bool found) => Assert.Equal(found, Unsure(code).Any());

    /// <summary>Beginnings of expressions whose options, or a constant of the file that stands for them, do not say that nothing is looked at twice.</summary>
    private static IEnumerable<string> Unsure(string code) => Beginnings().Matches(code)
        .Select(match => code[match.Index..Math.Min(code.Length, match.Index + 600)].Split(";\n")[0])
        .Where(_ => !code.Contains("RegexOptions.NonBacktracking", StringComparison.Ordinal))
        .Select(expression => expression.Split('\n')[0]);

    [GeneratedRegex(@"\[GeneratedRegex\(|\bnew Regex\(|\bRegex\.(IsMatch|Matches|Match|Replace|Split|Count)\(|\bRegex \w+ = new\(|\bRegex \w+\([^)]*\) => new\(")]
    private static partial Regex Beginnings();
}
