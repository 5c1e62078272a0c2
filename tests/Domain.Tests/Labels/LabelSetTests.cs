using FsCheck;
using FsCheck.Fluent;
using OrleansHybrid.Domain.Labels;

namespace OrleansHybrid.Domain.Tests.Labels;

/// <summary>Sets of labels, and which of them satisfies which.</summary>
public sealed class LabelSetTests
{
    private static readonly string[] Words = ["gpu", "gpu2", "zone=eu-1", "zone=eu-10", "disk=ssd"];

    [Fact]
    public void A_set_has_one_text_however_it_was_given()
    {
        Assert.Equal(LabelSet.Of(["gpu", "disk=ssd"]), LabelSet.Of(["disk=ssd", "gpu", "gpu"]));
        Assert.Equal("disk=ssd gpu", LabelSet.Of(["gpu", "disk=ssd"]).Text);
        Assert.Same(LabelSet.None, LabelSet.Of([]));
        Assert.Equal(LabelSet.None, LabelSet.Parse(""));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("gpu", "", true)]
    [InlineData("", "gpu", false)]
    [InlineData("gpu zone=eu-1", "gpu", true)]
    [InlineData("gpu2", "gpu", false)]
    [InlineData("zone=eu-10", "zone=eu-1", false)]
    [InlineData("gpu", "gpu zone=eu-1", false)]
    public void A_runner_has_what_is_required_when_it_has_all_of_it(string runner, string required, bool covers) =>
        Assert.Equal(covers, LabelSet.Parse(runner).Covers(LabelSet.Parse(required)));

    [Theory]
    [InlineData("gpu", new string[0], "gpu")]
    [InlineData("gpu", new[] { "", "disk=ssd" }, "gpu")]
    [InlineData("gpu zone=eu-1", new[] { "gpu" }, "zone=eu-1")]
    [InlineData("gpu zone=eu-1", new[] { "gpu", "zone=eu-1" }, "gpu zone=eu-1")]
    [InlineData("gpu zone=eu-1", new[] { "gpu", "disk=ssd gpu zone=eu-1" }, "")]
    [InlineData("", new string[0], "")]
    public void Missing_labels_are_those_that_no_runner_has_or_that_none_has_together(
        string required, string[] runners, string missing) => Assert.Equal(
            missing, LabelSet.Parse(required).MissingFrom([.. runners.Select(LabelSet.Parse)]).Text);

    [Fact]
    public void Required_labels_tell_apart_all_runners_that_have_to_be() => Check.QuickThrowOnFailure(
        Prop.ForAll<int, int, int>((runner, required, others) =>
        {
            var (has, asks, asked) = (Some(runner), Some(required), Some(required | others));
            return has.Intersect(asked.ToList()).Covers(asks) == has.Covers(asks)
                && has.Union(asks).Covers(asks)
                && has.Union(asks) == asks.Union(has)
                && (asks.MissingFrom([has]) == LabelSet.None) == has.Covers(asks);
        }));

    private static LabelSet Some(int bits) => LabelSet.Of(Words.Where((_, i) => ((bits >> i) & 1) == 1));
}
