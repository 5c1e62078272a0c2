using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Client.Tests.Iron;

/// <summary>C5: how a code package's command becomes words, and words a command.</summary>
public sealed class ShellWordsTests
{
    [Theory(Timeout = 5000)]
    [InlineData("", "")]
    [InlineData("  ", "")]
    [InlineData("ruby  hello.rb\t-v", "ruby|hello.rb|-v")]
    [InlineData("sh -c 'echo hi'", "sh|-c|'echo|hi'")]
    [InlineData("""["sh", "-c", "echo 'hi there'; exit 7"]""", "sh|-c|echo 'hi there'; exit 7")]
    [InlineData("""["echo",""]""", "echo|")]
    [InlineData("[]", "")]
    [InlineData("[ -f /x ]", "[|-f|/x|]")]
    [InlineData("""["a",1]""", """["a",1]""")]
    [InlineData("""["a",null]""", """["a",null]""")]
    [InlineData("""["a"] b""", """["a"]|b""")]
    public async Task C5_a_command_is_split_at_white_space_unless_it_is_an_array_of_strings(string command, string words)
    {
        await Task.Yield();

        Assert.Equal(words, string.Join('|', ShellWords.Parse(command)));
    }

    [Theory(Timeout = 5000)]
    [InlineData("ruby hello.rb", "ruby", "hello.rb")]
    [InlineData("""["sh","-c","echo 'a  b' > c"]""", "sh", "-c", "echo 'a  b' > c")]
    [InlineData("""["echo",""]""", "echo", "")]
    [InlineData("""["[\"x\"]"]""", "[\"x\"]")]
    public async Task C5_words_that_text_would_change_travel_as_an_array(string command, params string[] words)
    {
        await Task.Yield();

        Assert.Equal(command, ShellWords.Join(words));
        Assert.Equal(words, ShellWords.Parse(command));
    }
}
