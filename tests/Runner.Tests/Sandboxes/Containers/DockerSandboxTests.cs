using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>Input and output of a task's program, on a real engine.</summary>
public sealed class DockerSandboxTests
{
    [DockerFact(Timeout = 60_000)]
    public async Task Output_arrives_in_order_and_complete()
    {
        var (exit, output) = await DockerSandboxFixture.RunScriptAsync(TestImages.Busybox, "seq 1 100000");

        Assert.Equal(new SandboxExit(0, false), exit);
        Assert.Equal(string.Concat(Enumerable.Range(1, 100_000).Select(line => $"{line}\n")), output);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task Both_streams_arrive_and_so_does_the_exit_code()
    {
        var (exit, output) = await DockerSandboxFixture.RunScriptAsync(
            TestImages.Busybox, "for i in 1 2 3; do echo out $i; echo err $i >&2; done; exit 42");

        Assert.Equal(new SandboxExit(42, false), exit);
        Assert.Equal(["out 1", "out 2", "out 3"], Lines("out"));
        Assert.Equal(["err 1", "err 2", "err 3"], Lines("err"));

        IEnumerable<string> Lines(string stream) =>
            output.Split('\n').Where(line => line.StartsWith(stream, StringComparison.Ordinal));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task X7_streams_are_told_apart_also_when_they_take_turns()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, DockerSandboxFixture.RunPayload));
        await trial.StartAsync("i=0; while [ $i -lt 3000 ]; do printf o; printf e >&2; i=$((i+1)); done; seq 1 20000 & seq 1 20000 >&2; wait");

        await trial.Sandbox.WaitAsync(default);

        var numbers = string.Concat(Enumerable.Range(1, 20_000).Select(i => $"{i}\n"));
        Assert.Equal(new string('o', 3000) + numbers, trial.Output.Of(OutputStream.Out));
        Assert.Equal(new string('e', 3000) + numbers, trial.Output.Of(OutputStream.Error));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_last_line_without_its_end_and_bytes_that_are_no_text_arrive()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, DockerSandboxFixture.RunPayload));
        await trial.StartAsync("""printf 'a\000\377\r\nb'""");

        await trial.Sandbox.WaitAsync(default);

        Assert.Equal([(byte)'a', 0, 0xff, (byte)'\r', (byte)'\n', (byte)'b'], trial.Output.ToArray());
    }

    [DockerFact(Timeout = 60_000)]
    public async Task X2_payload_and_config_arrive_unchanged()
    {
        var payload = RandomNumberGenerator.GetBytes(64 * 1024);
        payload.AsSpan(100, 50).Clear();
        payload[^1] = 0;
        var config = Encoding.UTF8.GetBytes("{\"no\": \"newline\"}");
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, "cat /mnt/task/payload /mnt/task/config"));

        await trial.StartAsync(new SandboxFiles(payload, config));
        await trial.Sandbox.WaitAsync(default);

        Assert.Equal([.. payload, .. config], trial.Output.ToArray());
    }

    [DockerFact(Timeout = 60_000)]
    public async Task X2_an_empty_payload_is_an_empty_file()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, "wc -c /mnt/task/payload"));

        await trial.StartAsync("");
        await trial.Sandbox.WaitAsync(default);

        Assert.Equal("0 /mnt/task/payload\n", trial.Output.ToString());
    }

    [DockerFact(Timeout = 60_000)]
    public async Task The_environment_is_the_tasks_and_nothing_of_the_runners()
    {
        Environment.SetEnvironmentVariable("RUNNERS_OWN", "secret");
        var order = ContainerAssignments.For(TestImages.Busybox, "env") with
        {
            EnvVars = new Dictionary<string, string> { ["COLOUR"] = "light green", ["TASK_DIR"] = "/elsewhere" },
            Config = [1],
            RetryCount = 3,
        };
        await using var trial = new DockerSandboxFixture(order);

        await trial.StartAsync(new SandboxFiles([], [1]));
        await trial.Sandbox.WaitAsync(default);

        var names = trial.Output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order();
        Assert.Equal(
            new[]
            {
                "CODE_NAME=trial", "COLOUR=light green", "CONFIG_FILE=/mnt/task/config",
                "PAYLOAD_FILE=/mnt/task/payload", "PROGRESS_FILE=/mnt/task/progress", "RETRY_COUNT=3",
                "TASK_DIR=/mnt/task", $"TASK_ID={order.Lease.TaskId}",
            }.Order(),
            names.Where(name => name.Split('=')[0] is not ("PATH" or "HOME" or "HOSTNAME" or "PWD" or "SHLVL")));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task X3_X5_stdin_is_at_its_end_and_the_working_directory_the_images()
    {
        var (exit, output) = await DockerSandboxFixture.RunScriptAsync(TestImages.Busybox, "cat; pwd; echo done");

        Assert.Equal(0, exit.ExitCode);
        Assert.Equal("/\ndone\n", output);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task An_unprivileged_image_reads_its_payload_and_writes_its_directory()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.BusyboxNobody, DockerSandboxFixture.RunPayload));
        await trial.StartAsync("""
            id -u
            echo new > $TASK_DIR/new && echo >> $PAYLOAD_FILE && echo '50 half' >> $PROGRESS_FILE
            cat $TASK_DIR/new
            """);

        var exit = await trial.Sandbox.WaitAsync(default);

        Assert.Equal("65534\nnew\n", trial.Output.ToString());
        Assert.Equal(0, exit.ExitCode);
        Assert.Equal("50 half\n", await trial.Sandbox.ReadProgressAsync(default));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task Progress_is_read_while_the_program_runs_and_after_it()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, DockerSandboxFixture.RunPayload));
        await trial.StartAsync("""
            trap 'echo 90 nearly >> $PROGRESS_FILE; exit 0' TERM
            echo 10 begun >> $PROGRESS_FILE
            echo ready
            sleep 1000 & wait
            """);

        await trial.Output.WaitForAsync("ready");
        Assert.Equal("10 begun\n", await trial.Sandbox.ReadProgressAsync(default));
        Assert.Equal("", await trial.Sandbox.ReadProgressAsync(default));
        await trial.Sandbox.StopAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(0, (await trial.Sandbox.WaitAsync(default)).ExitCode);
        Assert.Equal("90 nearly\n", await trial.Sandbox.ReadProgressAsync(default));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_link_or_folder_in_place_of_the_progress_file_is_not_followed()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, DockerSandboxFixture.RunPayload));
        await trial.StartAsync("rm $PROGRESS_FILE; ln -s /etc/passwd $PROGRESS_FILE");
        await trial.Sandbox.WaitAsync(default);
        await using var missing = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, "rm -r /mnt/task"));
        await missing.StartAsync("");
        await missing.Sandbox.WaitAsync(default);

        Assert.Equal("", await trial.Sandbox.ReadProgressAsync(default));
        Assert.Equal("", await missing.Sandbox.ReadProgressAsync(default));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_missing_program_is_named_and_not_transient()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, "nosuch --flag"));

        var trouble = await Assert.ThrowsAsync<SandboxException>(async () =>
        {
            await trial.StartAsync("");
            await trial.Sandbox.WaitAsync(default);
        });

        Assert.False(trouble.IsTransient);
        Assert.Equal(
            $"The command \"nosuch --flag\" can't be started in {TestImages.Busybox}: No such file or directory",
            trouble.Message);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_missing_program_is_named_also_on_an_engine_without_an_init()
    {
        using var engine = new DockerEngine(DockerAddress.FromEnvironment());
        var order = ContainerAssignments.For(TestImages.Busybox, "/nosuch");
        var spec = ContainerPlan.CreateSpec(
            order, TestImages.Busybox, "s", ContainerLimits.Create(order, new DockerOptions { Cpus = 1 }), "none", new DockerHost(1, CpuQuota: true, Init: false, DiskLimit: false));
        var container = await engine.CreateAsync($"trial-{Guid.NewGuid():N}", spec, default);

        var refused = await Assert.ThrowsAsync<DockerException>(() => engine.StartAsync(container.ID, default));
        await engine.RemoveAsync(container.ID, default);

        var trouble = DockerErrors.StartFailed(TestImages.Busybox, "/nosuch", refused);
        Assert.False(trouble.IsTransient);
        Assert.Contains("\"/nosuch\"", trouble.Message, StringComparison.Ordinal);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task Too_little_memory_to_start_with_is_the_assignments_fault()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox) with { MemoryBytes = 1024 });

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => trial.StartAsync(""));

        Assert.False(trouble.IsTransient);
        Assert.Contains("memory limit", trouble.Message, StringComparison.OrdinalIgnoreCase);
    }
}
