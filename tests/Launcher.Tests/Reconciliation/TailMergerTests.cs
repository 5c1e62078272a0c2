using System.Text;
using OrleansHybrid.Launcher.Reconciliation;
using OrleansHybrid.Support;

namespace OrleansHybrid.Launcher.Tests.Reconciliation;

public sealed class TailMergerTests
{
    [Fact]
    public void A_log_of_300_lines_that_was_last_seen_at_290_loses_nothing()
    {
        Assert.Equal(Text(1, 300), Collected(300, seenAt: [100, 290]));
    }

    [Fact]
    public void A_log_longer_than_one_poll_shows_is_collected_whole_as_the_window_slides()
    {
        Assert.Equal(Text(1, 35_000), Collected(35_000, seenAt: [4_000, 9_999, 10_001, 15_000, 24_999, 24_999, 31_000]));
    }

    [Fact]
    public void Random_polls_of_a_log_that_repeats_itself_lose_no_line_and_keep_the_order()
    {
        var chance = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var lines = Enumerable.Range(0, 400).Select(i => chance.Next(4) == 0 ? "." : $"line {i % 150}").ToArray();
            var looks = Enumerable.Range(0, 8).Select(_ => chance.Next(400)).Order().ToArray();
            var (tail, text) = (TailMerger.Empty, "");
            foreach (var at in looks)
            {
                (tail, text) = Take(tail.Merge(Bytes(Joined(lines[..at]))), text);
            }

            (_, text) = Take(tail.MergeEnd(Bytes(Joined(lines))), text);

            Assert.Equal(Joined(lines), text);
        }
    }

    [Fact]
    public void Lines_of_two_polls_never_run_together()
    {
        var first = TailMerger.Empty.Merge(Bytes("one\ntwo\nthr"));
        var second = first.Next.Merge(Bytes("one\ntwo\nthree\nfo"));
        var end = second.Next.MergeEnd(Bytes("one\ntwo\nthree\nfour"));

        Assert.Equal(["one\ntwo\n", "three\n", "four\n"], [Added(first), Added(second), Added(end)]);
    }

    [Fact]
    public void The_same_poll_again_adds_nothing()
    {
        var first = TailMerger.Empty.Merge(Bytes(Text(1, 50)));

        var again = first.Next.Merge(Bytes(Text(1, 50)));

        Assert.Equal(("", false), (Added(again), again.HasGap));
        Assert.Equal("", Added(first.Next.MergeEnd(Bytes(Text(1, 50)))));
    }

    [Fact]
    public void Lines_that_nobody_saw_are_said_to_be_missing()
    {
        var first = TailMerger.Empty.Merge(Bytes(Text(1, 10)));

        var far = first.Next.Merge(Bytes(Text(20_001, 30_000)));

        Assert.True(far.HasGap);
        Assert.Equal(Text(20_001, 30_000), Added(far));
        Assert.False(far.Next.Merge(Bytes(Text(20_500, 30_400))).HasGap);
    }

    [Fact]
    public void A_log_of_one_line_over_and_over_is_not_doubled_by_the_last_poll()
    {
        var dots = string.Concat(Enumerable.Repeat(".\n", 290));
        var first = TailMerger.Empty.Merge(Bytes(dots));

        Assert.Equal(string.Concat(Enumerable.Repeat(".\n", 10)), Added(first.Next.MergeEnd(Bytes(dots + string.Concat(Enumerable.Repeat(".\n", 10))))));
    }

    [Fact]
    public void Merging_continues_from_the_text_that_another_silo_collected()
    {
        var step = TailMerger.After(Collector(Text(1, 290))).MergeEnd(Bytes(Text(1, 300)));

        Assert.Equal((Text(291, 300), false), (Added(step), step.HasGap));
    }

    [Fact]
    public void Empty_polls_are_no_gap()
    {
        var first = TailMerger.Empty.Merge(Bytes(""));
        Assert.Equal(("", false), (Added(first), first.HasGap));

        var second = first.Next.Merge(Bytes("one\n"));
        Assert.Equal(("one\n", false), (Added(second), second.HasGap));
        Assert.False(second.Next.Merge(Bytes("")).HasGap);
    }

    private static string Collected(int length, int[] seenAt)
    {
        var (tail, text) = (TailMerger.Empty, "");
        foreach (var at in seenAt)
        {
            (tail, text) = Take(tail.Merge(Bytes(Text(Math.Max(1, at - TailMerger.MaxLines + 1), at))), text);
        }

        return Take(tail.MergeEnd(Bytes(Text(1, length))), text).Text;
    }

    private static (TailMerger Tail, string Text) Take(TailMergeResult step, string text)
    {
        Assert.False(step.HasGap);
        return (step.Next, text + Added(step));
    }

    private static string Text(int first, int last) => Joined([.. Enumerable.Range(first, last - first + 1).Select(i => $"line {i}")]);

    private static string Joined(string[] lines) => string.Concat(lines.Select(line => line + '\n'));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    // As it is kept: each line with its newline.
    private static string Added(TailMergeResult step) => step.Added.Text() is var text && (text.Length == 0 || text[^1] == '\n') ? text : text + '\n';

    // In pieces of odd sizes, as a store may give them.
    private static LastLines Collector(string text)
    {
        var lines = new LastLines(TailMerger.MaxLines);
        foreach (var piece in Bytes(text).Chunk(7))
        {
            lines.Add(piece);
        }

        return lines;
    }
}
