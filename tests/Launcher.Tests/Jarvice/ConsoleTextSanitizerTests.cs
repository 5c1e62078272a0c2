using System.Text;
using OrleansHybrid.Launcher.Jarvice;
using OrleansHybrid.Support;

namespace OrleansHybrid.Launcher.Tests.Jarvice;

public sealed class ConsoleTextSanitizerTests
{
    [Theory]
    [InlineData("plain text\twith tab\n", "plain text\twith tab\n")]
    [InlineData("unix\nold mac\rwindows\r\nend", "unix\nold mac\nwindows\nend")]
    [InlineData("\u001b[31;1mred\u001b[0m", "red")]
    [InlineData("\u009b31mred\u009b0m", "red")]
    [InlineData("\u001b]0;title\u0007text", "text")]
    [InlineData("\u001b]8;;http://x\u001b\\link\u001b]8;;\u001b\\", "link")]
    [InlineData("\u001bP1$r\u001b\\text", "text")]
    [InlineData("\u009d0;title\u009ctext", "text")]
    [InlineData("\u001b(Btext\u001b7\u001bc", "text")]
    [InlineData("\u001b]0;never ended\nnext line", "\nnext line")]
    [InlineData("\u001b[31", "")]
    [InlineData("end\u001b", "end")]
    [InlineData("\u001b\u001b[31mx", "x")]
    [InlineData("a\0b\bc\u007fd\u0085e", "abcd\ne")]
    [InlineData("a\u202eb\u2066c\u200fd", "abcd")]
    [InlineData("grüße 你好 🚀", "grüße 你好 🚀")]
    public void Control_characters_are_left_out_and_text_stays(string text, string inert) =>
        Assert.Equal(inert, ConsoleTextSanitizer.Sanitize(Encoding.UTF8.GetBytes(text)).Text());

    [Fact]
    public void Broken_bytes_become_the_sign_for_that() =>
        Assert.Equal("a\ufffdb\ufffd", ConsoleTextSanitizer.Sanitize([(byte)'a', 0xFF, (byte)'b', 0xC3]).Text());

    [Fact]
    public void No_bytes_whatever_leave_anything_that_acts()
    {
        var chance = new Random(11);
        for (var round = 0; round < 500; round++)
        {
            var bytes = new byte[200];
            chance.NextBytes(bytes);
            for (var i = 0; i < 20; i++)
            {
                bytes[chance.Next(bytes.Length)] = "\u001b[]P\\;\n"u8[chance.Next(7)];
            }

            var inert = ConsoleTextSanitizer.Sanitize(bytes).Text();

            Assert.DoesNotContain(inert, letter => char.IsControl(letter) && letter is not ('\n' or '\t'));
            Assert.Equal(inert, ConsoleTextSanitizer.Sanitize(Encoding.UTF8.GetBytes(inert)).Text());
        }
    }
}
