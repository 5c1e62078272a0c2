using System.Text;
using FsCheck;
using FsCheck.Fluent;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Client.Tests.Primitives.Text;

/// <summary>V5, B10, S24: one way for all programs to look at text of strangers, in as many steps as there are characters.</summary>
public sealed class TerminalTextSanitizerTests
{
    private const int Mebi = 1 << 20;

    [Theory]
    [InlineData("plain\ttext\n", "plain\ttext\n")]
    [InlineData("\e[31mred\e[0m \e[2J\e[1;1Hend", "red end")]
    [InlineData("\u009b31mred\u009b0m", "red")]
    [InlineData("\e]52;c;aGVsbG8=\aafter", "after")]
    [InlineData("\e]8;;https://x.example\e\\link\e]8;;\e\\", "link")]
    [InlineData("\u009d0;title\u009cafter", "after")]
    [InlineData("\eP1$r\e\\after", "after")]
    [InlineData("\u0090q\u009cafter", "after")]
    [InlineData("\eXany\e\\\u0098any\u009cafter", "after")]
    [InlineData("\e^private\e\\\u009eprivate\u009cafter", "after")]
    [InlineData("\e_program\e\\\u009fprogram\u009cafter", "after")]
    [InlineData("\e]0;cut\u0018after", "after")]
    [InlineData("\e]0;cut\e[31mafter", "after")]
    [InlineData("\e]0;never ended\nnext", "\nnext")]
    [InlineData("\u009dnever ended", "")]
    [InlineData("\e(Btext\e7\ec\e#8", "text")]
    [InlineData("\e\e[31mx", "x")]
    [InlineData("\e[31\nx", "\nx")]
    [InlineData("\e[31", "")]
    [InlineData("end\e", "end")]
    [InlineData("a\bb\0c\ad\u007fe\u0084f\u008eg", "abcdefg")]
    [InlineData("abc\u202Etxt.exe\u2066\u2069\u200f\u061c", "abctxt.exe")]
    [InlineData("one\r\ntwo\rthree\ffour\vfive\u0085six\u2028seven\u2029", "one\ntwo\nthree\nfour\nfive\nsix\nseven\n")]
    [InlineData("grüße 你好 🚀 👩‍🔬", "grüße 你好 🚀 👩‍🔬")]
    public void Control_and_bidirectional_characters_are_removed_and_text_stays(string text, string shown) =>
        Assert.Equal(shown, TerminalTextSanitizer.Lines(text));

    [Theory]
    [InlineData("one\r\ntwo\rthree\n", "one two three ")]
    [InlineData("a\u2028b\u0085c", "a b c")]
    [InlineData("\e[2Jname", "name")]
    public void One_line_stays_one(string text, string shown) => Assert.Equal(shown, TerminalTextSanitizer.OneLine(text));

    [Theory]
    [InlineData("abcdef", 3, "abc")]
    [InlineData("ab🚀d", 3, "ab")]
    [InlineData("ab🚀d", 4, "ab🚀")]
    [InlineData("\e[31mabc", 3, "abc")]
    [InlineData("abc", 0, "")]
    public void A_limit_counts_what_is_kept_and_cuts_no_pair(string text, int most, string shown) =>
        Assert.Equal(shown, TerminalTextSanitizer.OneLine(text, most));

    [Theory]
    [InlineData("\r 10%\r 90%\r100%\n", "\r 10%\r 90%\r100%\n")]
    [InlineData("one\r\ntwo\e[K\b\fthree", "one\r\ntwo\nthree")]
    public void B10_on_a_terminal_a_carriage_return_stays_one(string text, string shown) =>
        Assert.Equal(shown, InPieces(text, TerminalTextMode.Terminal, text.Length).Text);

    [Theory]
    [InlineData("a\nb\e[31m\u202e\u009d\tc", @"a\u000ab\u001b[31m\u202e\u009d\u0009c")]
    public void Escaped_shows_all_that_steers_as_its_number(string text, string shown) =>
        Assert.Equal(shown, TerminalTextSanitizer.Escaped(text));

    [Fact]
    public void Halves_of_pairs_are_marked()
    {
        // Not as data of a theory: test runners mend them on the way.
        Assert.Equal("a\ufffdb\ufffd", TerminalTextSanitizer.Lines("a" + '\ud83d' + "b" + '\ude80'));
        Assert.Equal("\ufffd\ufffd", TerminalTextSanitizer.Lines("" + '\ud83d' + '\ud83d'));
        Assert.Equal("a\ufffd", TerminalTextSanitizer.Escaped("a" + '\ud83d'));
    }

    [Theory]
    [InlineData("\u009d")]
    [InlineData("\e]")]
    [InlineData("\e")]
    [InlineData("\u009b")]
    [InlineData("\e[1")]
    [InlineData("\u0090")]
    [InlineData("\r\n")]
    [InlineData("\n")]
    [InlineData("\u202e")]
    [InlineData("a")]
    public void V5_a_mebibyte_of_anything_costs_one_step_a_character_and_twice_as_much_twice_that(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, Mebi / part.Length));

        var (once, twice) = (InPieces(text, TerminalTextMode.Lines, Mebi), InPieces(text + text, TerminalTextMode.Lines, Mebi));

        Assert.Equal(text.Length, once.Steps);
        Assert.Equal(2 * once.Steps, twice.Steps);
    }

    [Fact]
    public void V5_a_text_of_starts_that_nobody_ends_takes_no_more_memory_than_a_plain_one()
    {
        var (plain, hostile) = (new string('a', Mebi), new string('\u009d', Mebi));
        _ = TerminalTextSanitizer.Lines(plain);

        Assert.InRange(Allocated(hostile), 1, 2 * Allocated(plain));
    }

    [Fact]
    public void Where_a_text_is_cut_into_pieces_makes_no_difference()
    {
        var letters = Gen.Elements("ab\t\r\n\e[]P\\;m31 \a\b\u009b\u009d\u009c\u0090\u202e\u2028\u0085é".ToCharArray());
        var texts = Gen.ListOf(Gen.OneOf(letters.Select(one => one.ToString()), Gen.Constant("🚀"), Gen.Constant("\ud83d")));

        Prop.ForAll(texts.Select(parts => string.Concat(parts)).ToArbitrary(), text =>
        {
            foreach (var mode in Enum.GetValues<TerminalTextMode>())
            {
                var whole = InPieces(text, mode, int.MaxValue).Text;
                Assert.Equal(whole, InPieces(text, mode, 1).Text);
                Assert.Equal(whole, InPieces(whole, mode, 3).Text);
                Assert.DoesNotContain(whole, letter => char.IsControl(letter) && letter is not ('\n' or '\t' or '\r'));
                Assert.True(mode == TerminalTextMode.Terminal || !whole.Contains('\r', StringComparison.Ordinal));
                Assert.True(mode != TerminalTextMode.OneLine || !whole.Contains('\n', StringComparison.Ordinal));
            }
        }).QuickCheckThrowOnFailure();
    }

    private static (string Text, long Steps) InPieces(string text, TerminalTextMode mode, int size)
    {
        var (sanitizer, kept) = (new TerminalTextSanitizer(mode), new StringBuilder());
        for (var from = 0; from < text.Length; from += Math.Min(size, text.Length - from))
        {
            sanitizer.Append(text.AsSpan(from, Math.Min(size, text.Length - from)), kept);
        }

        sanitizer.Finish(kept);
        return (kept.ToString(), sanitizer.Steps);
    }

    private static long Allocated(string text)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = TerminalTextSanitizer.Lines(text);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
