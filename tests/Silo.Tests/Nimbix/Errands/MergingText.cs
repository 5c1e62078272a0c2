using System.Text;
using OrleansHybrid.Silo.Nimbix.Errands;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Nimbix.Errands;

public sealed class MergingText
{
    [Fact]
    public void A_log_of_300_lines_that_was_last_seen_at_290_loses_nothing()
    {
        Assert.Equal(Text(1, 300), Collected(300, seenAt: [100, 290]));
    }

    [Fact]
    public void A_log_longer_than_what_a_look_shows_is_collected_whole_as_the_window_slides()
    {
        Assert.Equal(Text(1, 35_000), Collected(35_000, seenAt: [4_000, 9_999, 10_001, 15_000, 24_999, 24_999, 31_000]));
    }

    [Fact]
    public void Random_looks_at_a_log_that_repeats_itself_lose_no_line_and_keep_the_order()
    {
        var chance = new Random(7);
        for (var round = 0; round < 50; round++)
        {
            var lines = Enumerable.Range(0, 400).Select(i => chance.Next(4) == 0 ? "." : $"line {i % 150}").ToArray();
            var looks = Enumerable.Range(0, 8).Select(_ => chance.Next(400)).Order().ToArray();
            var (tail, text) = (TextTail.Empty, "");
            foreach (var at in looks)
            {
                (tail, text) = Take(tail.Look(Bytes(Joined(lines[..at]))), text);
            }

            (_, text) = Take(tail.End(Bytes(Joined(lines))), text);

            Assert.Equal(Joined(lines), text);
        }
    }

    [Fact]
    public void Lines_of_two_looks_never_run_together()
    {
        var first = TextTail.Empty.Look(Bytes("one\ntwo\nthr"));
        var second = first.Next.Look(Bytes("one\ntwo\nthree\nfo"));
        var end = second.Next.End(Bytes("one\ntwo\nthree\nfour"));

        Assert.Equal(["one\ntwo\n", "three\n", "four\n"], [Added(first), Added(second), Added(end)]);
    }

    [Fact]
    public void The_same_look_again_adds_nothing()
    {
        var first = TextTail.Empty.Look(Bytes(Text(1, 50)));

        var again = first.Next.Look(Bytes(Text(1, 50)));

        Assert.Equal(("", false), (Added(again), again.HasGap));
        Assert.Equal("", Added(first.Next.End(Bytes(Text(1, 50)))));
    }

    [Fact]
    public void Lines_that_nobody_saw_are_said_to_be_missing()
    {
        var first = TextTail.Empty.Look(Bytes(Text(1, 10)));

        var far = first.Next.Look(Bytes(Text(20_001, 30_000)));

        Assert.True(far.HasGap);
        Assert.Equal(Text(20_001, 30_000), Added(far));
        Assert.False(far.Next.Look(Bytes(Text(20_500, 30_400))).HasGap);
    }

    [Fact]
    public void A_log_of_one_line_over_and_over_is_not_doubled_by_the_last_look()
    {
        var dots = string.Concat(Enumerable.Repeat(".\n", 290));
        var first = TextTail.Empty.Look(Bytes(dots));

        Assert.Equal(string.Concat(Enumerable.Repeat(".\n", 10)), Added(first.Next.End(Bytes(dots + string.Concat(Enumerable.Repeat(".\n", 10))))));
    }

    [Fact]
    public void What_somebody_else_has_collected_is_gone_on_with()
    {
        var step = TextTail.After(Collector(Text(1, 290))).End(Bytes(Text(1, 300)));

        Assert.Equal((Text(291, 300), false), (Added(step), step.HasGap));
    }

    [Fact]
    public void Empty_looks_are_no_gap()
    {
        var first = TextTail.Empty.Look(Bytes(""));
        Assert.Equal(("", false), (Added(first), first.HasGap));

        var second = first.Next.Look(Bytes("one\n"));
        Assert.Equal(("one\n", false), (Added(second), second.HasGap));
        Assert.False(second.Next.Look(Bytes("")).HasGap);
    }

    private static string Collected(int length, int[] seenAt)
    {
        var (tail, text) = (TextTail.Empty, "");
        foreach (var at in seenAt)
        {
            (tail, text) = Take(tail.Look(Bytes(Text(Math.Max(1, at - TextTail.MostLines + 1), at))), text);
        }

        return Take(tail.End(Bytes(Text(1, length))), text).Text;
    }

    private static (TextTail Tail, string Text) Take(TextStep step, string text)
    {
        Assert.False(step.HasGap);
        return (step.Next, text + Added(step));
    }

    private static string Text(int first, int last) => Joined([.. Enumerable.Range(first, last - first + 1).Select(i => $"line {i}")]);

    private static string Joined(string[] lines) => string.Concat(lines.Select(line => line + '\n'));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    // As it is kept: each line with its newline.
    private static string Added(TextStep step) => step.Added.Text() is var text && (text.Length == 0 || text[^1] == '\n') ? text : text + '\n';

    // In pieces of odd sizes, as a store may give them.
    private static LastLines Collector(string text)
    {
        var lines = new LastLines(TextTail.MostLines);
        foreach (var piece in Bytes(text).Chunk(7))
        {
            lines.Add(piece);
        }

        return lines;
    }
}
