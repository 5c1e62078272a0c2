using System.Runtime.Versioning;
using System.Text;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Processes;

/// <summary>V4: nothing that a task chose is seen by a program that still has root's rights.</summary>
[SupportedOSPlatform("linux")]
public sealed class ThreadPrivilegesTests : ProcessTestBase
{
    private const uint Nobody = 65534;
    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;

    // The loader of each program that is started writes such a file with the rights it has: no compiler is needed to see them.
    [RootTheory(Timeout = 60_000)]
    [InlineData("sh config")]
    [InlineData("env")]
    public async Task A_variable_of_the_loader_is_heeded_with_the_tasks_rights_only(string command)
    {
        var seen = Directory.CreateTempSubdirectory("hybrid-runner-test-");
        File.SetUnixFileMode(seen.FullName, Everybody);
        await RunAsync(TaskAssignments.New() with
        {
            Command = command,
            Config = "exec true"u8.ToArray(),
            EnvVars = new Dictionary<string, string> { ["LD_DEBUG"] = "files", ["LD_DEBUG_OUTPUT"] = $"{seen.FullName}/loader" },
        });

        var owners = seen.GetFiles().Select(file => FileStatus.Of(file.FullName)!.Value.Owner).ToList();
        Assert.NotEmpty(owners);
        Assert.All(owners, owner => Assert.Equal(Nobody, owner));
        seen.Delete(recursive: true);
    }

    [RootFact(Timeout = 60_000)]
    public async Task No_program_stands_between_the_runner_and_the_tasks_own()
    {
        await RunAsync(Script("tr '\\0' ' ' < /proc/$$/cmdline; echo; grep -E 'PPid|Groups|CapPrm|CapAmb' /proc/$$/status | tr '\\t' ' '"));

        Assert.Equal(
            ["sh config ", $"PPid: {Environment.ProcessId}", "Groups:  ", "CapPrm: 0000000000000000", "CapAmb: 0000000000000000"],
            Output.Lines);
    }

    [RootFact(Timeout = 60_000)]
    public async Task The_runner_itself_keeps_its_rights_in_every_thread()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RunAsync(Script("exit 0"))));

        var users = Directory.GetDirectories("/proc/self/task").Select(UsersOf).OfType<string>().ToList();
        Assert.NotEmpty(users);
        Assert.All(users, line => Assert.Equal("Uid: 0 0 0 0", line));
    }

    [RootFact(Timeout = 60_000)]
    public async Task A_tasks_folder_is_entered_and_removed_with_its_own_rights()
    {
        await RunAsync(Script("pwd; mkdir a; ln -s /etc/passwd a/link; chmod 0 a"));

        Assert.False(Directory.Exists(Output.Lines[0]));
        Assert.True(File.Exists("/etc/passwd"));
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("1", true)]
    [InlineData("2", false)]
    public void A_task_is_not_started_where_the_kernel_would_let_it_read_the_runner(string dumpable, bool refused) =>
        Assert.Equal(refused, ThreadPrivileges.FindProblem(dumpable).Contains("fs.suid_dumpable", StringComparison.Ordinal));

    private static string? UsersOf(string thread)
    {
        try
        {
            return string.Join(' ', File.ReadLines($"{thread}/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t'));
        }
        catch (IOException)
        {
            // It has ended meanwhile.
            return null;
        }
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
