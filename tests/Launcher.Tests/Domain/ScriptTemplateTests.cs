using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using OrleansHybrid.Launcher.Domain.Scripts;

namespace OrleansHybrid.Launcher.Tests.Domain;

/// <summary>Filling the operator's script: a commit's digits and checked values, and nothing that a shell would obey.</summary>
public sealed class ScriptTemplateTests
{
    private const string Original = """
        cd /tmp
        rm -Rf /tmp/torchunit
        git clone https://example.com/torchunit
        cd torchunit
        bash nimbix-bootstrap.sh {commit_hash}
        """;

    private static readonly Dictionary<string, string> None = [];

    [Theory]
    [InlineData("123", true)]
    [InlineData("f", true)]
    [InlineData("0123456789abcdef0123456789abcdef01234567", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("abc\n", false)]
    [InlineData("ABC", false)]
    [InlineData("g", false)]
    [InlineData(" abc", false)]
    [InlineData("abc\0", false)]
    [InlineData("١٢٣", false)]
    [InlineData("ａｂｃ", false)]
    [InlineData("аbс", false)]
    [InlineData("$(id)", false)]
    [InlineData("a;id", false)]
    public void A_hash_is_digits_to_its_very_end(string? text, bool wellFormed) => Assert.Equal(wellFormed, CommitHash.IsWellFormed(text));

    [Fact]
    public void A_hash_is_at_most_that_of_SHA_256_and_strictly_a_whole_one()
    {
        Assert.True(CommitHash.IsWellFormed(new string('a', 64)));
        Assert.False(CommitHash.IsWellFormed(new string('a', 65)));
        Assert.True(CommitHash.IsWellFormed(new string('a', 40), strict: true));
        Assert.False(CommitHash.IsWellFormed(new string('a', 39), strict: true));
    }

    [Theory]
    [InlineData("echo", "has no {commit_hash}")]
    [InlineData("echo {commit_hash} {branch}", "has the token {branch}, which is not known: parameters are variables, as in \"$branch\"")]
    [InlineData("echo {commit_hash} \0", "has a NUL character")]
    public void A_template_without_its_token_or_with_another_is_rejected_when_it_is_read(string text, string problem)
    {
        Assert.Null(ScriptTemplate.TryParse(text, out var said));
        Assert.StartsWith(problem, said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_that_no_shell_takes_as_one_word_is_rejected()
    {
        Assert.Null(ScriptTemplate.TryParse("{commit_hash}".PadRight((64 << 10) + 1), out var said));
        Assert.StartsWith("is longer than 65536 bytes", said, StringComparison.Ordinal);
        Assert.NotNull(ScriptTemplate.TryParse("{commit_hash}".PadRight(64 << 10), out _));
    }

    [Fact]
    public void All_other_braces_stay_byte_for_byte()
    {
        const string text = "f() { echo ${HOME} ${x:-{}} {a,b} {} '{\"json\": {\"k\": [1]}}' {commit_hash}; }; f {commit_hash}";

        var script = Template(text).Fill("abc", None, "m");

        Assert.Contains(ScriptTemplate.Quoted(text.Replace("{commit_hash}", "abc", StringComparison.Ordinal)), script, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_originals_script_runs_with_the_hash_and_says_how_it_ended()
    {
        var script = Template(Original.Replace("git clone", "echo clone", StringComparison.Ordinal)
            .Replace("cd torchunit", "true", StringComparison.Ordinal)
            .Replace("bash nimbix-bootstrap.sh", "echo boot", StringComparison.Ordinal)).Fill("0f3c9d", None, "m4rk");

        var (output, code) = await RunAsync("bash", script);

        Assert.Equal(("clone https://example.com/torchunit\nboot 0f3c9d\n\nhybrid-verdict m4rk 0f3c9d 0\n", 0), (output, code));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("exit 3 # {commit_hash}", 3)]
    [InlineData("set -e; false; echo {commit_hash}", 1)]
    [InlineData("kill -9 $$ # {commit_hash}", 137)]
    [InlineData("no-such-program {commit_hash}", 127)]
    [InlineData("if # {commit_hash}", 2)]
    [InlineData("exec true {commit_hash}", 0)]
    [InlineData("trap 'echo bye' EXIT; printf 'no end of line'; exit 7 # {commit_hash}", 7)]
    public async Task However_it_ends_the_last_line_says_so(string text, int expected)
    {
        foreach (var shell in new[] { "bash", "sh" })
        {
            var (output, code) = await RunAsync(shell, Template(text).Fill("abc", None, "m"));

            Assert.Equal((expected, expected), (ResultMarker.ReadExitCode(output, "m", "abc"), code));
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_value_reaches_the_script_as_it_is_whatever_a_shell_would_make_of_it()
    {
        var values = new Dictionary<string, string>
        {
            ["quotes"] = """it's "so" `id` $(id) $HOME \ ; | & < > * ? [a] {b,c} ~ !1 #""",
            ["empty"] = "",
            ["token"] = "{commit_hash}",
        };
        const string text = """printf '%s\n' "$quotes" "$empty" "$token" {commit_hash}""";

        var (output, _) = await RunAsync("bash", Template(text).Fill("abc", values, "m"));

        Assert.Equal($"{values["quotes"]}\n\n{{commit_hash}}\nabc\n\nhybrid-verdict m abc 0\n", output);
    }

    [Fact]
    public void A_script_differs_from_its_template_where_the_tokens_stand_and_nowhere_else()
    {
        var text = Gen.Elements("{", "}", "{commit_hash}", "'", "\"", "$", "a", "\n", "\\", "${x}", "é").ListOf().Select(string.Concat);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000), Prop.ForAll(text.ToArbitrary(), around =>
        {
            var whole = around + "{commit_hash}";
            if (ScriptTemplate.TryParse(whole, out _) is not { } template)
            {
                return true;
            }

            var between = template.Fill("abc", None, "m").Split("\" -c ")[1].Split("\ncode=$?")[0];
            return between == ScriptTemplate.Quoted(string.Join("abc", whole.Split("{commit_hash}")));
        }));
    }

    [Theory]
    [InlineData("main", true)]
    [InlineData("feature/x-1.2_b", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a\n", false)]
    [InlineData("a;id", false)]
    [InlineData("a\u00e9", false)]
    [InlineData("٣", false)]
    public void A_pattern_holds_for_all_of_a_value(string value, bool allowed) =>
        Assert.Equal(allowed, ParameterRule.Matching(@"[\w./-]+").Allows(value));

    [Fact]
    public void No_pattern_admits_long_values_or_invisible_characters()
    {
        var any = ParameterRule.Matching(@"(.|\n)*");

        Assert.True(any.Allows(new string('a', 256)));
        Assert.False(any.Allows(new string('a', 257)));
        Assert.False(any.Allows("a\nb"));
        Assert.False(any.Allows("a\0"));
        Assert.False(any.Allows("a\u202eb"));
        Assert.False(ParameterRule.OneOf(["3.11", "3.12"]).Allows("3.1"));
        Assert.True(ParameterRule.OneOf(["3.11", "3.12"]).Allows("3.12"));
        Assert.Throws<NotSupportedException>(() => ParameterRule.Matching(@"(a)\1"));
    }

    private static ScriptTemplate Template(string text) =>
        ScriptTemplate.TryParse(text, out var problem) ?? throw new ArgumentException(problem);

    private static async Task<(string Output, int Code)> RunAsync(string shell, string script)
    {
        using var process = Process.Start(new ProcessStartInfo(shell, ["-s"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(script);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await errors;
        return (output, process.ExitCode);
    }
}
