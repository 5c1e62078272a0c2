using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests;

/// <summary>The reference knows every command and every setting of the runner, and no other.</summary>
public sealed class RunnerReferenceTests
{
    [Fact(Timeout = 10_000)]
    public async Task Every_setting_is_in_the_reference()
    {
        var help = new StringWriter();
        await RunnerCommand.RunAsync(["--help"], help, TextWriter.Null);

        ProgramReference.AssertSettings("runner", RunnerCommand.Build().Options, help.ToString());
    }

    [Fact(Timeout = 10_000)]
    public Task Every_command_is_in_the_reference() => Task.Run(() => ProgramReference.AssertCommands("runner", RunnerCommand.Build()));
}
