using System.Runtime.Versioning;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Processes;

/// <summary>Tasks as real child processes (X1, X2, X5, X6, X7, S32).</summary>
[SupportedOSPlatform("linux")]
public sealed class ProcessExecutorTests : ProcessTestBase
{
    [Fact(Timeout = 30_000)]
    public async Task X7_both_outputs_arrive_apart_and_in_the_order_in_which_they_could_be_read()
    {
        await using var sandbox = await StartAsync(Script(
            "pwd; for i in 1 2 3; do echo err$i >&2; until [ -e e$i ]; do :; done; echo out$i; until [ -e o$i ]; do :; done; done"));
        var folder = (await Output.LinesAsync(1))[0];
        for (var i = 1; i <= 3; i++)
        {
            await Output.LinesAsync(2 * i);
            File.Create($"{folder}/e{i}").Dispose();
            await Output.LinesAsync((2 * i) + 1);
            File.Create($"{folder}/o{i}").Dispose();
        }

        await sandbox.WaitAsync(CancellationToken.None);
        Assert.Equal([folder, "err1", "out1", "err2", "out2", "err3", "out3"], Output.Lines);
        Assert.Equal("err1\nerr2\nerr3\n", Output.Errors);
    }

    [Fact(Timeout = 30_000)]
    public async Task X7_what_filled_first_is_read_first_also_when_both_wait()
    {
        for (var i = 0; i < 20; i++)
        {
            await RunAsync(Script("echo err >&2; echo out"));
        }

        Assert.Equal(Enumerable.Repeat(new[] { "err", "out" }, 20).SelectMany(both => both), Output.Lines);
    }

    [Fact(Timeout = 30_000)]
    public async Task X7_outputs_written_at_the_same_time_are_told_apart()
    {
        await RunAsync(Script("seq 1 20000 & seq 1 20000 >&2; wait"));

        var numbers = string.Concat(Enumerable.Range(1, 20_000).Select(i => $"{i}\n"));
        Assert.Equal(numbers, Output.Errors);
        Assert.Equal(2 * numbers.Length, Output.Text.Length);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_may_close_either_output_and_go_on_with_the_other()
    {
        await RunAsync(Script("exec >&-; echo one >&2; exec 2>&-; exit 3"));

        Assert.Equal(("one\n", "one\n"), (Output.Text, Output.Errors));
    }

    [Fact(Timeout = 30_000)]
    public async Task Much_output_arrives_whole()
    {
        await RunAsync(Script("seq 1 100000; seq 1 100000 >&2"));

        var expected = string.Concat(Enumerable.Range(1, 100_000).Select(i => $"{i}\n"));
        Assert.True(Output.Errors == expected, $"{Output.Errors.Length} characters of errors arrived");
        Assert.Equal(2 * expected.Length, Output.Text.Length);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("exit 0", 0)]
    [InlineData("exit 3", 3)]
    [InlineData("exit 255", 255)]
    [InlineData("kill -TERM $$", 143)]
    [InlineData("kill -KILL $$", 137)]
    public async Task The_exit_code_is_the_programs_own_or_tells_its_signal(string script, int exitCode)
    {
        Assert.Equal(exitCode, (await RunAsync(Script(script))).ExitCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task X1_K4_a_program_finds_its_variables_and_nothing_of_the_runners()
    {
        Environment.SetEnvironmentVariable("OF_THE_RUNNER", "not for tasks");
        var order = Command("env") with
        {
            Config = [],
            EnvVars = new Dictionary<string, string> { ["MINE"] = "a b", ["TASK_ID"] = "stolen", ["HOME"] = "/mine" },
            ScheduleId = "0123",
            RetryCount = 2,
        };
        await RunAsync(order);

        var variables = Output.Lines.Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        var task = variables["TASK_DIR"];
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["TASK_ID"] = order.Lease.TaskId,
                ["TASK_DIR"] = task,
                ["PAYLOAD_FILE"] = $"{task}/payload",
                ["CONFIG_FILE"] = $"{task}/config",
                ["PROGRESS_FILE"] = $"{task}/progress",
                ["CODE_NAME"] = "some/code",
                ["SCHEDULE_ID"] = "0123",
                ["RETRY_COUNT"] = "2",
                ["PATH"] = Programs.SearchPath,
                ["HOME"] = "/mine",
                ["LANG"] = "C.UTF-8",
                ["MINE"] = "a b",
            },
            variables);
    }

    [Fact(Timeout = 30_000)]
    public async Task X2_X3_a_program_finds_its_files_unchanged_in_a_folder_of_its_own()
    {
        await RunAsync(Script("pwd; echo $TASK_DIR $HOME; stat -c %a .; od -An -tx1 \"$PAYLOAD_FILE\"; echo > written && ls") with
        {
            Payload = [0x70, 0x00, 0xff, 0x0d, 0x0a],
        });

        var lines = Output.Lines;
        Assert.Equal([$"{lines[0]} {lines[0]}", "700", " 70 00 ff 0d 0a"], lines.Skip(1).Take(3));
        Assert.Equal(["config", "payload", "progress", "written"], lines.Skip(4));
    }

    [Fact(Timeout = 30_000)]
    public async Task X5_standard_input_is_at_its_end()
    {
        Assert.Equal(0, (await RunAsync(Command("cat"))).ExitCode);
        Assert.Equal("", Output.Text);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_command_is_split_on_white_space_and_seen_by_no_shell()
    {
        await RunAsync(Command("  echo  $HOME\t*  \"a b\" ; exit 1 "));

        Assert.Equal("$HOME * \"a b\" ; exit 1\n", Output.Text);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("", "has no command")]
    [InlineData("no-such-program --here", "no-such-program")]
    [InlineData("/no/such/program", "/no/such/program")]
    [InlineData("/etc/passwd", "/etc/passwd")]
    public async Task A_command_that_is_not_there_ends_the_task_and_is_named(string command, string named)
    {
        await using var sandbox = Sandboxes.Create(Command(command), Session);

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => sandbox.PrepareAsync(CancellationToken.None));
        Assert.Contains(named, trouble.Message, StringComparison.Ordinal);
        Assert.False(trouble.IsTransient);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stop_ends_grandchildren_and_daemons_too()
    {
        var script = "sleep 1000 & echo $!; setsid sleep 1000 & echo $!; trap '' TERM; echo ready; while true; do sleep 1000; done";
        await using var sandbox = await StartAsync(Script(script));
        var lines = await Output.LinesAsync(3);

        await sandbox.StopAsync(TimeSpan.FromMilliseconds(100));
        Assert.Equal(137, (await sandbox.WaitAsync(CancellationToken.None)).ExitCode);
        Assert.All(lines.Take(2), child => Assert.False(Runs(child), $"{child} still runs"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Processes_that_a_program_leaves_running_end_with_it()
    {
        await RunAsync(Script("sleep 1000 & echo $!; exit 0"));

        Assert.False(Runs(Output.Lines[0]));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_program_that_heeds_the_signal_may_end_by_itself()
    {
        await using var sandbox = await StartAsync(
            Script("trap 'echo bye; exit 7' TERM; echo ready; while true; do sleep 0.01; done"));
        await Output.LinesAsync(1);

        await sandbox.StopAsync(TimeSpan.FromSeconds(8));
        Assert.Equal(7, (await sandbox.WaitAsync(CancellationToken.None)).ExitCode);
        Assert.Equal("bye", Output.Lines[^1]);
    }

    [Fact(Timeout = 30_000)]
    public async Task Nothing_of_a_task_stays_on_disk_whatever_it_did_to_its_folder()
    {
        await RunAsync(Script("pwd; mkdir -p a/b; ln -s /etc a/link; echo x > a/b/c; chmod 0 a/b a; rm $PROGRESS_FILE"));

        Assert.False(Directory.Exists(Output.Lines[0]));
        Assert.True(File.Exists("/etc/passwd"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Progress_is_read_from_the_file_and_not_from_what_is_put_in_its_place()
    {
        await using var sandbox = await StartAsync(Script(
            "echo 10 begun >> $PROGRESS_FILE; mv $PROGRESS_FILE old; ln -s /etc/passwd $PROGRESS_FILE; echo ready; sleep 1000"));
        await Output.LinesAsync(1);

        Assert.Equal("10 begun\n", await sandbox.ReadProgressAsync(CancellationToken.None));
        Assert.Equal("", await sandbox.ReadProgressAsync(CancellationToken.None));
    }

    [RootFact(Timeout = 30_000)]
    public async Task Run_by_root_a_task_is_nobody_and_can_not_become_more()
    {
        await RunAsync(Script(
            "id -u; id -G; touch own && echo wrote; touch ../other 2>&- || echo denied; grep -E 'NoNewPrivs|CapEff' /proc/self/status"));

        Assert.Equal(
            ["65534", "65534", "wrote", "denied", "CapEff: 0000000000000000", "NoNewPrivs: 1"],
            Output.Lines.Select(line => line.Replace('\t', ' ')));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_sweep_ends_what_an_earlier_life_left_running_and_removes_its_folders()
    {
        var sandbox = await StartAsync(Script("pwd; echo $$; exec sleep 1000"));
        var lines = await Output.LinesAsync(2);
        using var next = new ProcessSandboxFactory(State, NullLogger<ProcessSandboxFactory>.Instance);

        await next.RemoveOrphansAsync(Session, CancellationToken.None);
        await sandbox.WaitAsync(CancellationToken.None);
        Assert.False(Runs(lines[1]));
        Assert.False(Directory.Exists(Path.GetDirectoryName(Path.GetDirectoryName(lines[0]))));
    }

    private static TaskAssignment Command(string command) => TaskAssignments.New() with { Command = command };

    private static TaskAssignment Script(string script) =>
        Command("sh config") with { Config = Encoding.UTF8.GetBytes(script) };

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

    private async Task<SandboxExit> RunAsync(TaskAssignment order)
    {
        await using var sandbox = await StartAsync(order);
        return await sandbox.WaitAsync(CancellationToken.None);
    }

    private async Task<ISandbox> StartAsync(TaskAssignment order)
    {
        var sandbox = Sandboxes.Create(order, Session);
        await sandbox.PrepareAsync(CancellationToken.None);
        await sandbox.CreateAsync(new SandboxFiles(order.Payload, order.Config), CancellationToken.None);
        await sandbox.StartAsync(Output.Write, CancellationToken.None);
        return sandbox;
    }
}
