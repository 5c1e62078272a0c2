using System.Reflection;
using System.Text.RegularExpressions;
using OrleansHybrid.Launcher.Domain.Scripts;

namespace OrleansHybrid.Launcher.Tests.Domain;

/// <summary>V11: a pattern takes time by the length of a value, and none by the clock, so that a busy host refuses nobody.</summary>
public sealed class ParameterRuleTests
{
    [Fact]
    public void No_check_of_a_value_is_ended_by_a_timeout()
    {
        var pattern = typeof(ParameterRule).GetFields(BindingFlags.NonPublic | BindingFlags.Instance)
            .Select(field => field.GetValue(ParameterRule.Matching("[a-z]+"))).OfType<Regex>().Single();

        Assert.Equal(Regex.InfiniteMatchTimeout, pattern.MatchTimeout);
        Assert.True(pattern.Options.HasFlag(RegexOptions.NonBacktracking));
    }

    [Theory]
    [InlineData("(a|aa)+", true)]
    [InlineData("(a*)*b?", true)]
    [InlineData("([a-z]+)*[a-z0-9]?", true)]
    [InlineData(".*.*.*.*a", true)]
    [InlineData("(x+x+)+y", false)]
    public void Patterns_that_make_backtracking_engines_hang_are_evaluated(string pattern, bool allowed)
    {
        var value = new string('a', ParameterRule.MaxValueLength);

        Assert.Equal(allowed, ParameterRule.Matching(pattern).Allows(value));
    }

    [Theory]
    [InlineData("a{1000}")]
    [InlineData("[a-z0-9._/-]{1,256}")]
    [InlineData("(v[0-9]{1,4}){1,3}")]
    [InlineData(@"\p{L}{10}[]x]{2}[^]x]{2}\{9999999\}")]
    [InlineData("[{]9999999}")]
    [InlineData("a{,9999999}")]
    public void A_pattern_that_is_no_larger_than_it_may_be_is_taken(string pattern) => Assert.NotNull(ParameterRule.Matching(pattern));

    [Theory]
    [InlineData("a{5001}")]
    [InlineData("(a{100}){100}")]
    [InlineData("((a{50}){50}){50}")]
    [InlineData("(ab|cd{2}){2000}")]
    [InlineData("[a-z-[aeiou]]{5001}")]
    [InlineData(@"\p{L}{5001}")]
    [InlineData("(?:a{9999,}){2}")]
    [InlineData("a{99999999999999999999}")]
    [InlineData("((a{50}){50}){50})")]
    public void A_pattern_that_is_larger_is_rejected_without_being_built(string pattern) =>
        Assert.True(Record.Exception(() => ParameterRule.Matching(pattern)) is ArgumentException or NotSupportedException);

    [Fact]
    public void A_pattern_of_too_many_letters_is_rejected()
    {
        Assert.NotNull(ParameterRule.Matching(new string('a', ParameterRule.MaxPatternLength)));
        Assert.Throws<ArgumentException>(() => ParameterRule.Matching(new string('a', ParameterRule.MaxPatternLength + 1)));
    }
}
