using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>B9: a failure that points to a default of the container names it, and nothing else does.</summary>
public sealed class ConfinementHintTests
{
    private const string WayOut = "see \"When a default is in the way\" in docs/reference/runner.md";

    [Theory]
    [InlineData("chown: /data: Operation not permitted\n", "has no capabilities here, such as CHOWN")]
    [InlineData("PermissionError: [Errno 1] Operation not permitted: '/data'", "has no capabilities here")]
    [InlineData("Error: EPERM: operation not permitted, chown '/data'", "has no capabilities here")]
    [InlineData("sudo: The \"no new privileges\" flag is set, which prevents sudo from running as root.", "no-new-privileges")]
    [InlineData("su: must be suid to work properly", "no-new-privileges")]
    [InlineData("sh: can't fork: Resource temporarily unavailable", "at most 256 here (TASK_PIDS)")]
    [InlineData("OSError: [Errno 28] No space left on device", "/tmp has 67108864 bytes here (TASK_TMP)")]
    public void The_programs_output_names_the_default_that_confined_it(string output, string rule)
    {
        var hint = In(output);

        Assert.Contains(rule, hint, StringComparison.Ordinal);
        Assert.EndsWith(WayOut, hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("permission denied")]
    [InlineData("HYPERMODE")]
    [InlineData("exit")]
    public void Without_evidence_nothing_is_said(string output) => Assert.Equal("", In(output));

    [Fact]
    public void A_container_that_was_given_some_says_which() => Assert.Contains(
        "no capabilities here but CHOWN, SETGID",
        In("operation not permitted", new ImageGrant { Capabilities = ["CHOWN", "SETGID"] }),
        StringComparison.Ordinal);

    [Fact]
    public void The_document_has_what_the_message_names() => Assert.Contains(
        "### When a default is in the way",
        File.ReadAllText(Path.Combine(TestImages.Root, "docs", "reference", "runner.md")),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(10, 5000)]
    [InlineData(5000, 10)]
    [InlineData(5000, 5000)]
    [InlineData(1, 4096)]
    public void The_end_of_the_output_is_kept_however_it_comes(int first, int second)
    {
        var (tail, all) = (new RecentOutputBuffer(), new string('a', first) + new string('b', second));
        tail.Append(System.Text.Encoding.ASCII.GetBytes(all[..first]));
        tail.Append(System.Text.Encoding.ASCII.GetBytes(all[first..]));

        Assert.Equal(all[^Math.Min(all.Length, 4096)..], tail.ToString());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(1, false, true)]
    [InlineData(0, false, false)]
    [InlineData(137, true, false)]
    public async Task Only_a_failure_has_a_hint_in_its_result(int exitCode, bool outOfMemory, bool hinted)
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        using var engine = fake.Client();
        var container = new FakeContainer(fake) { Output = "chown: /data: Operation not permitted\n", OutOfMemory = outOfMemory };
        using var sandboxes = new DockerSandboxFactory(engine, new DockerOptions(), NullLogger<DockerSandboxFactory>.Instance);
        await using var sandbox = sandboxes.Create(ContainerAssignments.For("a"), "abcdefabcdefabcdefabcdef");
        await sandbox.CreateAsync(new SandboxFiles([], null), default);
        await sandbox.StartAsync((_, _) => { }, default);
        container.Exit.SetResult(exitCode);

        var outcome = ExecutionOutcome.From(await sandbox.WaitAsync(default));

        Assert.Equal(hinted, outcome.Message.StartsWith("exit code 1; its output says", StringComparison.Ordinal));
        Assert.Equal(hinted, outcome.Message.Contains("capabilities", StringComparison.Ordinal));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_real_chown_in_a_real_container_is_told()
    {
        var (exit, _) = await DockerSandboxFixture.RunScriptAsync(TestImages.Busybox, "touch /tmp/a && chown 7:7 /tmp/a");

        Assert.Equal(1, exit.ExitCode);
        Assert.Contains("capabilities", exit.Hint, StringComparison.Ordinal);
    }

    [DockerTheory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task B6_a_program_that_must_be_process_1_is(bool noInit)
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, DockerSandboxFixture.RunPayload) with { NoInit = noInit });
        await trial.StartAsync("[ $$ = 1 ] || { echo can only run as pid 1; exit 100; }; echo up");

        Assert.Equal(noInit ? 0 : 100, (await trial.Sandbox.WaitAsync(default)).ExitCode);
    }

    private static string In(string output, ImageGrant? grant = null)
    {
        Assert.True(ImagePattern.TryParse("*", out var pattern, out _));
        var policy = new ImagePolicy([new ImageRule([pattern], grant ?? ImageGrant.Default)], AllowOthers: false);
        return ConfinementHint.Find(output, ContainerLimits.Create(ContainerAssignments.For("a"), new DockerOptions { Policy = policy }));
    }
}
