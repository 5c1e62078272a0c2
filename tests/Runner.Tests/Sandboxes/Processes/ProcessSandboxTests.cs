using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Contracts.RunnerProtocol;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Processes;

/// <summary>What a program in a process finds that its code did not set.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProcessSandboxTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");
    private readonly CapturedOutput _output = new();
    private readonly StateFolder _state;
    private readonly ProcessSandboxFactory _sandboxes;

    public ProcessSandboxTests()
    {
        _state = StateFolder.Open(_folder.FullName, "0123456789abcdef01234567");
        _sandboxes = new ProcessSandboxFactory(_state, NullLogger<ProcessSandboxFactory>.Instance);
    }

    public void Dispose()
    {
        _sandboxes.Dispose();
        _state.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(null, "C.UTF-8")]
    [InlineData("de_DE.ISO-8859-1", "de_DE.ISO-8859-1")]
    [InlineData("", "")]
    public async Task C11_text_is_UTF8_unless_the_code_says_otherwise(string? set, string found)
    {
        var variables = set is null ? [] : new Dictionary<string, string> { ["LANG"] = set };
        await RunAsync(Script("echo \"<$LANG>\"") with { EnvVars = variables });

        Assert.Equal($"<{found}>\n", _output.Text);
    }

    private static TaskAssignment Script(string script) =>
        TaskAssignments.New() with { Command = "sh config", Config = Encoding.UTF8.GetBytes(script) };

    private async Task RunAsync(TaskAssignment order)
    {
        await using var sandbox = _sandboxes.Create(order, "abcdefabcdefabcdefabcdef");
        await sandbox.PrepareAsync(default);
        await sandbox.CreateAsync(new SandboxFiles(order.Payload, order.Config), default);
        await sandbox.StartAsync(_output.Write, default);
        await sandbox.WaitAsync(default);
    }
}
