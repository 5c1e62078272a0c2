using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Processes;

/// <summary>B2: nothing that a task started outlives it, wherever it has hidden.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProcessTreeTests : ProcessTestBase
{
    // A session of its own, no environment, no parent that lives.
    private const string Daemon = "(setsid env -i /bin/sh -c 'echo $$ > daemon; mv daemon pid; exec sleep 1000' >/dev/null 2>&1 &); until [ -e pid ]; do :; done; cat pid";

    [Fact(Timeout = 60_000)]
    public async Task B2_a_daemon_without_its_environment_ends_with_its_task()
    {
        await using var sandbox = await StartAsync(Daemon);
        Assert.Equal(0, (await sandbox.WaitAsync(default)).ExitCode);

        Assert.False(Runs(Output.Lines[0]), "the daemon still runs");
    }

    [Fact(Timeout = 60_000)]
    public async Task B2_a_daemon_without_its_environment_ends_when_its_task_is_stopped()
    {
        await using var sandbox = await StartAsync($"{Daemon}; exec sleep 1000");
        var daemon = (await Output.LinesAsync(1))[0];
        await sandbox.StopAsync(TimeSpan.Zero);

        Assert.False(Runs(daemon), "the daemon still runs");
    }

    [Fact(Timeout = 60_000)]
    public async Task B2_a_process_that_hides_its_environment_behind_its_title_ends_with_its_task()
    {
        if (Programs.Find("perl", Programs.SearchPath) is null)
        {
            return;
        }

        const string titled = "use POSIX; if (fork) { sleep 1 until -e 'pid'; exit 0 } POSIX::setsid(); exit 0 if fork;"
            + " $0 = 'worker master process ' . 'x' x 4000; open F, '>daemon'; print F \"$$\\n\"; close F; rename 'daemon', 'pid'; sleep 300;";
        await using var sandbox = await StartAsync($"perl -e '{titled.Replace("'", "'\\''", StringComparison.Ordinal)}' 2>/dev/null; cat pid");
        Assert.Equal(0, (await sandbox.WaitAsync(default)).ExitCode);

        Assert.False(Runs(Output.Lines[0]), "the daemon still runs");
    }

    [Fact(Timeout = 60_000)]
    public async Task B2_the_daemons_of_other_tasks_go_on()
    {
        await using var other = await StartAsync($"{Daemon}; exec sleep 1000");
        var daemon = (await Output.LinesAsync(1))[0];
        await using (var sandbox = await StartAsync("exit 0"))
        {
            await sandbox.WaitAsync(default);
        }

        Assert.True(Runs(daemon), "the daemon of a task that runs was ended");
        await other.StopAsync(TimeSpan.Zero);
        Assert.False(Runs(daemon), "the daemon still runs");
    }

    [Fact(Timeout = 60_000)]
    public async Task B2_the_next_life_ends_what_a_killed_one_left()
    {
        var sandbox = await StartAsync($"{Daemon}; exec sleep 1000");
        var daemon = (await Output.LinesAsync(1))[0];
        using var next = new ProcessSandboxFactory(State, NullLogger<ProcessSandboxFactory>.Instance);

        await next.RemoveOrphansAsync(Session, default);
        await sandbox.WaitAsync(default);

        Assert.False(Runs(daemon), "the daemon still runs");
    }

    [Fact(Timeout = 60_000)]
    public async Task B2_orphans_that_end_while_their_task_runs_are_buried()
    {
        await using var sandbox = await StartAsync(
            "(setsid sh -c 'echo $$; exit 0' &); (setsid sh -c 'echo $$; exit 0' &); exec sleep 1000");
        var ended = await Output.LinesAsync(2);
        while (ended.Any(process => Directory.Exists($"/proc/{process}")))
        {
            await Task.Yield();
        }

        await sandbox.StopAsync(TimeSpan.Zero);
        Assert.Equal(137, (await sandbox.WaitAsync(default)).ExitCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task B2_this_process_itself_keeps_its_limits()
    {
        var before = await File.ReadAllTextAsync("/proc/self/limits");
        await using var sandbox = await StartAsync("grep timeout /proc/self/limits");
        await sandbox.WaitAsync(default);

        Assert.Equal(before, await File.ReadAllTextAsync("/proc/self/limits"));
        Assert.True(ulong.Parse(Output.Lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture) > 1ul << 60);
    }

    private static bool Runs(string process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private async Task<ISandbox> StartAsync(string script)
    {
        var order = TaskAssignments.New() with { Command = ShellWords.Join(["sh", "config"]), Config = Encoding.UTF8.GetBytes(script) };
        var sandbox = Sandboxes.Create(order, Session);
        await sandbox.PrepareAsync(default);
        await sandbox.CreateAsync(new SandboxFiles(order.Payload, order.Config), default);
        await sandbox.StartAsync(Output.Write, default);
        return sandbox;
    }
}
