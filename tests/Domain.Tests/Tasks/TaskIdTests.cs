using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Domain.Tests.Tasks;

/// <summary>Ids: 24 lower-case hex digits that sort by time.</summary>
public sealed class TaskIdTests
{
    [Fact]
    public void A_later_id_sorts_behind_an_earlier_one() => Assert.True(string.CompareOrdinal(
        TaskId.New(TaskExamples.Now, long.MaxValue).Value, TaskId.New(TaskExamples.Now.AddMilliseconds(1), 0).Value) < 0);

    [Theory]
    [InlineData("0123456789abcdef01234567", true)]
    [InlineData("0123456789ABCDEF01234567", false)]
    [InlineData("0123456789abcdef0123456", false)]
    [InlineData("0123456789abcdef0123456\0", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_twenty_four_lower_case_hex_digits_are_an_id(string? text, bool fits) =>
        Assert.Equal(fits, TaskId.TryParse(text, out _));
}
