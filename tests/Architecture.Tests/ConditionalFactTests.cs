using System.Text.RegularExpressions;

namespace OrleansHybrid.Architecture.Tests;

/// <summary>
/// Tests that a machine may be unable to run are chosen by their traits, by whoever has what they need: one that is skipped in another
/// way would run nowhere, and nobody would notice.
/// </summary>
public sealed partial class ConditionalFactTests
{
    // What a test needs comes with these; the others are about which build or store a run is of, and skip nothing for want of something.
    private static readonly string[] Ways =
    [
        "tests/Support/ConditionalFact.cs", "tests/Support/PostgresFacts.cs",
        "tests/Silo.Tests/Support/SqliteFileFact.cs",
    ];

    [Fact]
    public void Every_test_that_may_be_skipped_says_what_it_needs()
    {
        var others = SourceTree.Files("tests", "*.cs").Where(HasOwnWay).Except(Ways).ToList();

        Assert.True(others.Count == 0, $"derive from ConditionalFactAttribute, which gives the traits: {string.Join(", ", others)}");
        Assert.All(Ways[..2], way => Assert.True(HasOwnWay(way), way));
    }

    [Fact]
    public void Nothing_is_skipped_by_a_condition_of_its_own()
    {
        var own = SourceTree.Files("tests/Support", "*.cs").Except(Ways[..1])
            .Where(file => SourceTree.Lines(file).Any(line => Setting().IsMatch(line)));

        Assert.Empty(own);
        Assert.Contains(SourceTree.Lines(Ways[0]), line => line.Contains("Skip) = (needs", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\bSkip\)? =")]
    private static partial Regex Setting();

    private static bool HasOwnWay(string file) => OwnWay().IsMatch(File.ReadAllText(Path.Combine(SourceTree.Root, file)));

    [GeneratedRegex(@":\s*(Fact|Theory)Attribute\b|\[(Fact|Theory)\([^)]*Skip\s*=")]
    private static partial Regex OwnWay();
}
