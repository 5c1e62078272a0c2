using System.Runtime.Versioning;
using System.Text;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Processes;

/// <summary>The environment of a program in a process.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProcessSandboxTests : ProcessTestBase
{
    [Theory(Timeout = 30_000)]
    [InlineData(null, "C.UTF-8")]
    [InlineData("de_DE.ISO-8859-1", "de_DE.ISO-8859-1")]
    [InlineData("", "")]
    public async Task C11_text_is_UTF8_unless_the_code_says_otherwise(string? set, string found)
    {
        var variables = set is null ? [] : new Dictionary<string, string> { ["LANG"] = set };
        await RunAsync(Script("echo \"<$LANG>\"") with { EnvVars = variables });

        Assert.Equal($"<{found}>\n", Output.Text);
    }

    private static TaskAssignment Script(string script) =>
        TaskAssignments.New() with { Command = "sh config", Config = Encoding.UTF8.GetBytes(script) };

    private async Task RunAsync(TaskAssignment order)
    {
        await using var sandbox = Sandboxes.Create(order, "abcdefabcdefabcdefabcdef");
        await sandbox.PrepareAsync(default);
        await sandbox.CreateAsync(new SandboxFiles(order.Payload, order.Config), default);
        await sandbox.StartAsync(Output.Write, default);
        await sandbox.WaitAsync(default);
    }
}
