using System.Text.RegularExpressions;

namespace OrleansHybrid.Architecture.Tests;

/// <summary>V5: no expression of the product looks back over text of strangers, which would cost more than its length.</summary>
public sealed partial class RegexTests
{
    // What each of these reads is short by a rule of its own, or written by whoever runs the program, and none of them looks back far.
    private static readonly string[] Bounded =
    [
        "silo/Runner/Policy/HostPaths.cs", "silo/Runner/Policy/ImagePattern.cs", "silo/Runner/Policy/PolicyKeywords.cs",
        "client/Primitives/Codes/ImageReference.cs", "silo/Runner/Configuration/ByteSize.cs", "silo/Runner/Sandboxes/Processes/TaskFolders.cs",
        "silo/Silo/Api/LenientTimestamp.cs",
        "silo/Silo/Api/IronJsonReader.cs", "silo/Silo/Api/OpenApi/OperationTransformer.cs",
    ];

    [Fact]
    public void An_expression_takes_time_that_grows_with_the_length_alone()
    {
        var files = new[] { "grains", "silo", "client" }.SelectMany(room => SourceTree.Files(room, "*.cs")).ToList();
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
