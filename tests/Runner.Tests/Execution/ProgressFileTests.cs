using System.Text;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Tests.Execution;

public sealed class ProgressFileTests
{
    private readonly ProgressFile _progress = new();

    [Fact]
    public void Added_lines_are_given_once()
    {
        Assert.Equal("", Read(""));
        Assert.Equal("10 begun\n", Read("10 begun\n"));
        Assert.Equal("", Read("10 begun\n"));
        Assert.Equal("20 on\n30 on\n", Read("10 begun\n20 on\n30 on\n"));
    }

    [Fact]
    public void A_file_written_anew_is_read_from_its_beginning()
    {
        Assert.Equal("10 a\n", Read("10 a\n"));
        Assert.Equal("20 b\n", Read("20 b\n"));
        Assert.Equal("9 c\n", Read("9 c\n"));
    }

    [Fact]
    public void A_line_is_not_given_before_it_is_whole()
    {
        Assert.Equal("10 a\n", Read("10 a\n2"));
        Assert.Equal("20 b\n", Read("10 a\n20 b\n"));
    }

    [Fact]
    public void A_last_line_that_stays_without_its_end_counts_at_the_second_read()
    {
        Assert.Equal("", Read("50 half"));
        Assert.Equal("50 half", Read("50 half"));
        Assert.Equal("", Read("50 half"));
        Assert.Equal("\n60 more\n", Read("50 half\n60 more\n"));
    }

    [Fact]
    public void B1_a_last_line_without_its_end_counts_at_once_when_its_task_has_ended()
    {
        Assert.Equal("10 a\n", Read("10 a\n99 alm"));
        Assert.Equal("99 almost", _progress.ReadNew("10 a\n99 almost"u8.ToArray(), isFinal: true));
        Assert.Equal("", _progress.ReadNew(null, isFinal: true));
    }

    [Fact]
    public void B1_a_file_that_has_not_changed_stands_still()
    {
        Assert.Equal("", Read("50 half"));
        Assert.Equal("50 half", _progress.ReadNew(null));
        Assert.Equal("", _progress.ReadNew(null));
    }

    private string Read(string content) => _progress.ReadNew(Encoding.UTF8.GetBytes(content));
}
