using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>How containers end and what stays of them, on a real engine.</summary>
public sealed class ContainerLifecycleTests
{
    private const string Forever = "echo ready; while true; do sleep 1000; done";

    [DockerFact(Timeout = 60_000)]
    public async Task A_program_that_listens_to_TERM_ends_by_itself()
    {
        await using var trial = await ReadyAsync("trap 'echo bye; exit 7' TERM; echo ready; sleep 1000 & wait");

        await trial.Sandbox.StopAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(new SandboxExit(7, false), await trial.Sandbox.WaitAsync(default));
        Assert.Equal("ready\nbye\n", trial.Output.ToString());
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_program_that_knows_nothing_of_TERM_ends_by_it()
    {
        await using var trial = await ReadyAsync("echo ready; exec sleep 1000");

        await trial.Sandbox.StopAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(new SandboxExit(143, false), await trial.Sandbox.WaitAsync(default));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task X6_a_program_that_ignores_TERM_is_killed_after_the_grace()
    {
        await using var trial = await ReadyAsync($"trap '' TERM; {Forever}");

        await trial.Sandbox.StopAsync(TimeSpan.FromMilliseconds(300));

        Assert.Equal(new SandboxExit(137, false), await trial.Sandbox.WaitAsync(default));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_stop_before_the_start_and_after_the_end_does_nothing()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, "echo here"));

        await trial.Sandbox.StopAsync(TimeSpan.FromSeconds(30));
        await trial.StartAsync("");
        var exit = await trial.Sandbox.WaitAsync(default);
        await trial.Sandbox.StopAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(new SandboxExit(0, false), exit);
        Assert.Equal(exit, await trial.Sandbox.WaitAsync(default));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task X6_a_program_that_takes_more_memory_than_it_may_is_told_apart()
    {
        await using var trial = new DockerSandboxFixture(
            ContainerAssignments.For(TestImages.Busybox, DockerSandboxFixture.RunPayload) with { MemoryBytes = 16 << 20 });
        await trial.StartAsync("x=0123456789abcdef; while true; do x=$x$x; done");

        Assert.Equal(new SandboxExit(137, true), await trial.Sandbox.WaitAsync(default));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_wait_that_is_given_up_can_be_taken_up_again()
    {
        await using var trial = await ReadyAsync(Forever);
        using var cancel = new CancellationTokenSource();
        var wait = trial.Sandbox.WaitAsync(cancel.Token);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        await trial.Sandbox.StopAsync(TimeSpan.Zero);

        Assert.Equal(137, (await trial.Sandbox.WaitAsync(default)).ExitCode);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_running_container_is_gone_with_its_volumes_after_the_sandbox_was_disposed()
    {
        await using var trial = await ReadyAsync(Forever, TestImages.BusyboxNobody);
        var volume = Assert.Single(await trial.VolumesAsync());
        Assert.Contains(volume, await DockerSandboxFixture.AllVolumesAsync());

        await trial.Sandbox.DisposeAsync();
        await trial.Sandbox.DisposeAsync();

        Assert.Empty(await trial.ContainersAsync());
        Assert.DoesNotContain(volume, await DockerSandboxFixture.AllVolumesAsync());
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_container_that_never_started_is_gone_after_the_sandbox_was_disposed()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox));
        await trial.Sandbox.CreateAsync(new SandboxFiles([], null), default);
        Assert.Single(await trial.ContainersAsync());

        await trial.Sandbox.DisposeAsync();

        Assert.Empty(await trial.ContainersAsync());
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_sweep_takes_what_a_session_left_and_nothing_of_others()
    {
        await using var running = await ReadyAsync(Forever);
        await using var stopped = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox), running.Session);
        await stopped.Sandbox.CreateAsync(new SandboxFiles([], null), default);
        await using var foreign = await ReadyAsync(Forever);

        await running.Sandboxes.RemoveOrphansAsync(running.Session, default);

        Assert.Empty(await running.ContainersAsync());
        Assert.Empty(await stopped.ContainersAsync());
        Assert.Single(await foreign.ContainersAsync());
    }

    private static async Task<DockerSandboxFixture> ReadyAsync(string script, string image = TestImages.Busybox)
    {
        var trial = new DockerSandboxFixture(ContainerAssignments.For(image, DockerSandboxFixture.RunPayload));
        try
        {
            await trial.StartAsync(script);
            await trial.Output.WaitForAsync("ready");
            return trial;
        }
        catch
        {
            await trial.DisposeAsync();
            throw;
        }
    }
}
