using System.Runtime.Versioning;
using System.Text;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Processes;

/// <summary>B1, B5: what is looked for in a task's folder and on its host, and found by whom.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProcessLookupTests : ProcessTestBase
{
    [Fact(Timeout = 30_000)]
    public async Task B1_progress_is_seen_also_when_the_file_is_replaced_and_when_its_last_line_has_no_end()
    {
        await using var sandbox = await StartAsync(Scripted(
            "echo 10 begun > $PROGRESS_FILE; echo 1; until [ -e go ]; do :; done; echo 55 anew > new; mv new $PROGRESS_FILE; echo 2;"
            + "until [ -e on ]; do :; done; printf '99 almost' >> $PROGRESS_FILE; pwd"));
        await Output.LinesAsync(1);
        Assert.Equal("10 begun\n", await sandbox.ReadProgressAsync(CancellationToken.None));
        await TouchAsync("go");
        await Output.LinesAsync(2);
        Assert.Equal("55 anew\n", await sandbox.ReadProgressAsync(CancellationToken.None));
        await TouchAsync("on");
        await sandbox.WaitAsync(CancellationToken.None);

        Assert.Equal("99 almost", await sandbox.ReadProgressAsync(CancellationToken.None, last: true));

        Task TouchAsync(string name) => File.WriteAllTextAsync(
            Path.Combine(Directory.EnumerateDirectories(SessionFolder).Single(), name), "");
    }

    [RootFact(Timeout = 30_000)]
    public async Task B5_a_command_is_searched_with_the_rights_of_the_tasks_user()
    {
        var program = Path.Combine(Folder.FullName, "roots-own");
        await File.WriteAllTextAsync(program, "#!/bin/sh\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using var sandbox = Sandboxes.Create(With(program), Session);

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => sandbox.PrepareAsync(CancellationToken.None));

        Assert.Contains("is not executable for the user nobody", trouble.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task B5_a_command_without_its_bit_is_said_to_be_not_executable()
    {
        await using var sandbox = Sandboxes.Create(With("/etc/passwd --here"), Session);

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => sandbox.PrepareAsync(CancellationToken.None));

        Assert.Contains("\"/etc/passwd\" is not executable", trouble.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task B5_what_may_not_be_executed_hides_nothing_behind_it_in_the_search_path()
    {
        var first = Folder.CreateSubdirectory("first").FullName;
        await File.WriteAllTextAsync(Path.Combine(first, "sh"), "no program");
        await using var sandbox = Sandboxes.Create(
            Scripted("exit 3") with { EnvVars = new Dictionary<string, string> { ["PATH"] = $"{first}:{Programs.SearchPath}" } }, Session);

        Assert.Null(await sandbox.PrepareAsync(CancellationToken.None));
    }

    private string SessionFolder => Path.Combine(File.ReadAllLines(State.PathOf("task-folders"))[^1], Session);

    private static TaskAssignment With(string command) => TaskAssignments.New() with { Command = command };

    private static TaskAssignment Scripted(string script) =>
        With("sh config") with { Config = Encoding.UTF8.GetBytes(script) };

    private async Task<ISandbox> StartAsync(TaskAssignment order)
    {
        var sandbox = Sandboxes.Create(order, Session);
        await sandbox.PrepareAsync(CancellationToken.None);
        await sandbox.CreateAsync(new SandboxFiles(order.Payload, order.Config), CancellationToken.None);
        await sandbox.StartAsync(Output.Write, CancellationToken.None);
        return sandbox;
    }
}
