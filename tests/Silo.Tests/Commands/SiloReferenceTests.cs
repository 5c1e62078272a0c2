using OrleansHybrid.Silo.Commands;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Commands;

/// <summary>The reference knows every command and every setting of <c>silo</c>, and no other.</summary>
public sealed class SiloReferenceTests
{
    [Fact(Timeout = 10_000)]
    public async Task Every_setting_is_in_the_reference()
    {
        var help = new StringWriter();
        await SiloCommand.RunAsync(["up", "--help"], help, TextWriter.Null);

        ProgramReference.AssertSettings("silo", SiloCommand.Build().Subcommands.Single(command => command.Name == "up").Options, help.ToString());
    }

    [Fact(Timeout = 10_000)]
    public Task Every_command_is_in_the_reference() => Task.Run(() => ProgramReference.AssertCommands("silo", SiloCommand.Build()));
}
