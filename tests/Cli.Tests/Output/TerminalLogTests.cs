using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Output;

/// <summary>S24: what a task writes can't steer the terminal of who reads it.</summary>
public sealed class TerminalLogTests
{
    private const string Hostile =
        "plain\ttext\r\n\e[31;1mred\e[0m\e]0;title\a\u009b5mC1\e[2J\b\b\u202eevil\u2066 Zoë 日本 \e";

    private const string Harmless = "plain\ttext\r\nredC1evil Zoë 日本 ";

    [Theory(Timeout = 10_000)]
    [InlineData(true, "", Harmless)]
    [InlineData(true, "--raw", Hostile)]
    [InlineData(false, "", Hostile)]
    [InlineData(false, "--raw", Hostile)]
    public async Task Only_a_terminal_is_spared_and_only_unless_asked_not_to(
        bool terminal, string flag, string expected)
    {
        await using var test = await StartAsync();
        test.OutputIsTerminal = terminal;
        test.SetTask(Hostile, "complete");

        Assert.Equal(expected, (await test.RunAsync($"worker log {flag} {TaskId}")).Out);
        Assert.Equal(expected, (await test.RunAsync($"worker log --follow {flag} {TaskId}")).Out);
        Assert.Equal(expected, (await test.RunAsync($"worker queue --wait {flag} hello")).Out);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_sequence_or_letter_that_comes_in_two_pieces_is_still_one()
    {
        await using var test = await StartAsync();
        test.OutputIsTerminal = true;
        test.SetTask("", "running", "running", "complete");
        test.Server.On(Log, FakeResponse.Text("a\e"), FakeResponse.Text("[3", 206), FakeResponse.Text("1mb", 206));

        Assert.Equal("ab", (await test.RunAsync($"worker log -f {TaskId}")).Out);
    }

    [Fact(Timeout = 10_000)]
    public async Task Messages_of_the_server_are_sanitized_too()
    {
        await using var test = await StartAsync();
        test.Server.On(
            Get,
            FakeResponse.Json($$"""{"id":"{{TaskId}}","status":"error","msg":"\u001b[2Jone\ntwo","label":"\u0007l"}"""));
        test.Server.On(Queue, FakeResponse.Error(400, @"\u001b[2Jno such code"));

        var status = await test.RunAsync($"worker status {TaskId}");
        var refused = await test.RunAsync("worker queue hello");

        Assert.Contains("Message:    one two\n", status.Out, StringComparison.Ordinal);
        Assert.Contains("Label:      l\n", status.Out, StringComparison.Ordinal);
        Assert.Contains("no such code", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', status.Out + refused.Error);
    }
}
