using OrleansHybrid.Cli.Commands;
using OrleansHybrid.Support;

namespace OrleansHybrid.Cli.Tests.Commands;

/// <summary>The reference knows every command and every setting of <c>hybrid</c>, and no other.</summary>
public sealed class HybridReferenceTests
{
    [Fact(Timeout = 10_000)]
    public Task Every_setting_is_in_the_reference() => Task.Run(() =>
        ProgramReference.AssertSettings("hybrid", HybridCommand.Build(CliConsole.ForCurrentProcess()).Options, ""));

    [Fact(Timeout = 10_000)]
    public Task Every_command_is_in_the_reference() => Task.Run(() =>
        ProgramReference.AssertCommands("hybrid", HybridCommand.Build(CliConsole.ForCurrentProcess())));
}
