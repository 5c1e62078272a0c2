using System.Text.RegularExpressions;

namespace OrleansHybrid.Architecture.Tests;

/// <summary>Links lead somewhere, and what documents name of the tests is there.</summary>
public sealed partial class DocumentationTests
{
    private const string Guarantees = "docs/reference/guarantees.md";
    private const string Rules = "docs/reference/iron-compatibility.md";

    private static readonly List<string> Documents = [.. SourceTree.Files("", "*.md")];

    private static readonly ILookup<string, string> TestsByClass = SourceTree.Files("tests", "*.cs")
        .SelectMany(file => TestMethod().Matches(Text(file)).Select(test => (Class: NameOf(file), Test: test.Groups["name"].Value)))
        .ToLookup(one => one.Class, one => one.Test);

    [Fact(Timeout = 30_000)]
    public Task Every_link_leads_to_a_file_and_a_heading_that_exist() => Task.Run(() =>
    {
        var links = Documents.SelectMany(file => Link().Matches(Text(file)).Select(link => (File: file, Target: link.Groups["target"].Value))).ToList();

        Assert.NotEmpty(links);
        Assert.DoesNotContain(links, link => !Exists(link.File, link.Target));
    });

    [Fact(Timeout = 30_000)]
    public Task Every_document_that_code_names_exists() => Task.Run(() =>
    {
        var named = SourceTree.Sources()
            .Where(file => NameOf(file) != nameof(DocumentationTests))
            .SelectMany(file => DocumentPath().Matches(Text(file)).Select(path => (File: file, Path: path.Value)))
            .ToList();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, one => !File.Exists(Path.Combine(SourceTree.Root, one.Path)));
    });

    [Fact(Timeout = 30_000)]
    public Task Every_guarantee_names_tests_that_exist() => Task.Run(() =>
    {
        var rows = GuaranteeRow().Matches(Text(Guarantees));

        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            var named = Name().Matches(row.Groups["tests"].Value).Select(name => name.Groups["name"].Value).ToList();
            Assert.NotEmpty(named);
            Assert.DoesNotContain(named, name => !Holds(name, row.Groups["id"].Value));
        });
    });

    [Fact(Timeout = 30_000)]
    public Task Every_rule_of_the_API_names_tests_that_carry_its_id() => Task.Run(() =>
    {
        var rows = RuleRow().Matches(Text(Rules));

        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            var ids = row.Groups["ids"].Value.Split(' ').SelectMany(Each).ToList();
            var named = Name().Matches(row.Groups["tests"].Value).Select(name => name.Groups["name"].Value).ToList();
            Assert.NotEmpty(named);
            Assert.DoesNotContain(named, name => !ids.Any(id => Holds(name, id)));
        });
    });

    [Fact(Timeout = 30_000)]
    public Task Every_security_question_names_ids_and_tests_that_exist() => Task.Run(() =>
    {
        var rows = QuestionRow().Matches(Text("docs/explanation/security-questions.md"));
        var held = rows.SelectMany(row => row.Groups["held"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).ToList();
        var defined = DefinedIds();

        Assert.NotEmpty(held);
        Assert.DoesNotContain(held, name => name is ['`', .., '`'] ? !TestsByClass.Contains(name.Trim('`')) : !defined.Contains(name));
    });

    [Fact(Timeout = 30_000)]
    public Task Every_path_that_a_document_names_exists() => Task.Run(() =>
    {
        // Decisions and the changelog speak of their day.
        var named = Documents.Where(file => !file.StartsWith("docs/decisions/", StringComparison.Ordinal) && file != "CHANGELOG.md")
            .SelectMany(file => SourcePath().Matches(Text(file)).Select(path => (File: file, Path: path.Groups["path"].Value)))
            .ToList();

        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, one => !Path.Exists(Path.Combine(SourceTree.Root, one.Path)));
    });

    [Fact(Timeout = 30_000)]
    public Task Every_error_message_of_the_reference_is_in_the_sources() => Task.Run(() =>
    {
        var sources = string.Join('\n', SourceTree.Sources().Where(file => !file.StartsWith("tests/", StringComparison.Ordinal)).Select(Text));
        var parts = ErrorRow().Matches(Text("docs/reference/error-messages.md"))
            .SelectMany(row => Name().Matches(row.Groups["text"].Value))
            .SelectMany(text => text.Groups["name"].Value.Split('…', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Where(part => part.Any(char.IsLetter))
            .ToList();

        Assert.NotEmpty(parts);
        Assert.DoesNotContain(parts, part => !sources.Contains(part, StringComparison.Ordinal));
    });

    [Fact(Timeout = 30_000)]
    public Task Every_id_that_a_test_carries_is_defined() => Task.Run(() =>
    {
        var carried = TestsByClass.SelectMany(tests => tests).SelectMany(IdsOf).ToHashSet();

        Assert.NotEmpty(carried);
        Assert.Empty(carried.Except(DefinedIds()));
    });

    private static HashSet<string> DefinedIds() =>
    [
        .. GuaranteeRow().Matches(Text(Guarantees)).Select(row => row.Groups["id"].Value),
        .. RuleRow().Matches(Text(Rules)).SelectMany(row => row.Groups["ids"].Value.Split(' ').SelectMany(Each)),
    ];

    /// <summary>A class with a test that carries the id, or one test by its full name.</summary>
    private static bool Holds(string name, string id) => name.Split('.') is [var type, var test]
        ? TestsByClass[type].Contains(test)
        : TestsByClass[name].Any(test => IdsOf(test).Contains(id));

    private static IEnumerable<string> IdsOf(string test) => Ids().Match(test).Groups["id"].Captures.Select(id => id.Value);

    /// <summary>R1–R4 is four of them.</summary>
    private static IEnumerable<string> Each(string ids)
    {
        var ends = ids.Split('–').Select(id => int.Parse(id.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture)).ToList();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1).Select(number => $"{ids[0]}{number}");
    }

    private static bool Exists(string from, string target)
    {
        if (Scheme().IsMatch(target))
        {
            return true;
        }

        var (path, anchor) = target.Split('#') is [var before, var after] ? (before, after) : (target, null);
        var file = Path.GetFullPath(Path.Combine(SourceTree.Root, path.Length == 0 ? from : Path.Combine(Path.GetDirectoryName(from)!, path)));
        return anchor is null ? Path.Exists(file) : File.Exists(file) && Headings(File.ReadAllText(file)).Contains(anchor);
    }

    /// <summary>The anchors that GitHub gives headings: lower case, letters, digits and dashes.</summary>
    private static IEnumerable<string> Headings(string text) => Heading().Matches(CodeBlock().Replace(text, ""))
        .Select(heading => NoPartOfAnchor().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static string Text(string file) => File.ReadAllText(Path.Combine(SourceTree.Root, file));

    /// <summary>The class that a file holds, or a part of it.</summary>
    private static string NameOf(string file) => Path.GetFileName(file).Split('.')[0];

    [GeneratedRegex(@"^    public (?:async )?(?:Task|void) (?<name>\w+)\(", RegexOptions.Multiline)]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^[a-z]+:")]
    private static partial Regex Scheme();

    [GeneratedRegex(@"\bdocs/[\w/-]+\.md\b")]
    private static partial Regex DocumentPath();

    [GeneratedRegex(@"^\| (?<id>[A-Z]\d+) \| .* \| (?<tests>[^|]*) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex GuaranteeRow();

    [GeneratedRegex(@"^\| (?<ids>[A-Z]\d+(?:[ –][A-Z]\d+)*) \| .* \| (?<tests>[^|]*) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex RuleRow();

    [GeneratedRegex(@"^\| [^|]+\? \| [^|]+ \| (?<held>[^|]*) ?\|\r?$", RegexOptions.Multiline)]
    private static partial Regex QuestionRow();

    [GeneratedRegex(@"`(?<path>(?:grains|silo|client|tests|infra|docs)/[^`\s*…]*)`")]
    private static partial Regex SourcePath();

    [GeneratedRegex(@"^\|(?: \d{3} \|)? (?<text>`[^|]+`) \|", RegexOptions.Multiline)]
    private static partial Regex ErrorRow();

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^(?:(?<id>[A-Z]\d+)_)+")]
    private static partial Regex Ids();

    [GeneratedRegex(@"^#+ (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoPartOfAnchor();
}
