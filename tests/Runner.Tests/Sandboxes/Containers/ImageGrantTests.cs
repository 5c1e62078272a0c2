using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>Limits that really hold, and what a rule of the operator really gives, seen from inside (I14, S29, X6).</summary>
public sealed class ImageGrantTests : IDisposable
{
    private static readonly string[] Devices = ["/dev/fuse", "/dev/hwrng", "/dev/loop-control", "/dev/kvm"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-grants-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [DockerFact(Timeout = 60_000)]
    public async Task I14_tmp_has_its_size_and_is_no_way_to_other_rights()
    {
        var said = await RunAsync(
            """
            grep ' /tmp ' /proc/mounts
            dd if=/dev/zero of=/tmp/full bs=1M count=100 2>&1 | tail -1; wc -c < /tmp/full; rm /tmp/full
            cp /bin/busybox /tmp/busybox && /tmp/busybox echo programs run
            """,
            new DockerOptions { TmpBytes = 8 << 20 });

        Assert.Contains("rw,nosuid,nodev,", said, StringComparison.Ordinal);
        Assert.Contains($"\n{8 << 20}\nprograms run\n", said, StringComparison.Ordinal);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_tmp_that_is_the_images_own_is_none_of_memory() => Assert.Equal(
        "0\n", await RunAsync("grep -c ' /tmp ' /proc/mounts", new DockerOptions { TmpBytes = 0 }));

    [DockerFact(Timeout = 60_000)]
    public async Task I14_the_settings_become_limits_of_the_kernels()
    {
        var order = ContainerAssignments.For(TestImages.Busybox, DockerSandboxFixture.RunPayload) with { MemoryBytes = 1L << 40, CpuShares = 7 };
        await using var trial = new DockerSandboxFixture(
            order, options: new DockerOptions { MaxMemoryBytes = 32 << 20, Pids = 20, Cpus = 0.5 });
        await trial.StartAsync("""
            cd /sys/fs/cgroup
            cat pids/pids.max 2>/dev/null || cat pids.max
            cat memory/memory.limit_in_bytes 2>/dev/null || cat memory.max
            cat cpu/cpu.cfs_quota_us 2>/dev/null || cut -d ' ' -f 1 cpu.max
            test -f cpu.weight || cat cpu/cpu.shares
            """);
        await trial.Sandbox.WaitAsync(default);

        var expected = File.Exists("/sys/fs/cgroup/cgroup.controllers") ? "" : "7\n";
        Assert.Equal($"20\n{32 << 20}\n50000\n{expected}", trial.Output.ToString());
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_program_that_fills_more_memory_than_the_operator_gives_is_ended_whatever_its_assignment_says()
    {
        var order = ContainerAssignments.For(TestImages.Busybox, DockerSandboxFixture.RunPayload) with { MemoryBytes = 1L << 40 };
        await using var trial = new DockerSandboxFixture(order, options: new DockerOptions { MaxMemoryBytes = 16 << 20 });

        await trial.StartAsync("x=a; while :; do x=$x$x; done");

        Assert.True((await trial.Sandbox.WaitAsync(default)).OutOfMemory);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_rule_gives_capabilities_and_nothing_beside_them()
    {
        var said = await RunAsync("grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status", Giving(new ImageGrant { Capabilities = ["NET_RAW", "CHOWN"] }));

        Assert.Equal("CapEff:\t0000000000002001\nCapBnd:\t0000000000002001\nNoNewPrivs:\t1\nSeccomp:\t2\n", said);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_mount_is_there_and_is_written_to_only_when_the_rule_says_so()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "given"), "from the host\n");
        var said = await RunAsync(
            "cat /a/given /b/given; touch /a/new 2>/dev/null || echo no; echo yes > /b/new; cat /b/new; mount -o remount,rw /a 2>/dev/null || echo no",
            Giving(new ImageGrant { Mounts = [new HostMount(_folder.FullName, "/a", false), new HostMount(_folder.FullName, "/b", true)] }));

        Assert.Equal("from the host\nfrom the host\nno\nyes\nno\n", said);
        Assert.Equal("yes\n", await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "new")));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_mount_that_the_host_does_not_have_is_named()
    {
        var options = Giving(new ImageGrant { Mounts = [new HostMount($"{_folder.FullName}/missing", "/a", false)] });
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox), options: options);

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => trial.StartAsync(""));

        Assert.False(trouble.IsTransient);
        Assert.Contains($"{_folder.FullName}/missing", trouble.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists($"{_folder.FullName}/missing"));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_device_is_there_and_is_written_to_only_when_the_rule_says_so()
    {
        var device = Assert.IsType<string>(Array.Find(Devices, File.Exists));
        var said = await RunAsync(
            "for d in a b; do (: < /dev/$d) 2>/dev/null && echo read || echo no; (: >> /dev/$d) 2>/dev/null && echo write || echo no; done; ls /dev/fuse 2>/dev/null",
            Giving(new ImageGrant { Devices = [new HostDevice(device, "/dev/a", false)] }));

        Assert.Equal("read\nno\nno\n", said.Replace("write\n", "", StringComparison.Ordinal)[..("read\nno\nno\n".Length)]);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task The_network_of_the_host_is_a_grant_of_its_own()
    {
        var mine = new FileInfo("/proc/self/ns/net").LinkTarget!;
        const string show = "readlink /proc/self/ns/net";

        Assert.NotEqual($"{mine}\n", await RunAsync(show, new DockerOptions()));
        Assert.Equal($"{mine}\n", await RunAsync(show, Giving(new ImageGrant { Network = "host" })));
    }

    private static DockerOptions Giving(ImageGrant grant)
    {
        Assert.True(ImagePattern.TryParse("orleans-hybrid/busybox:1", out var pattern, out _));
        return new DockerOptions { Policy = new ImagePolicy([new ImageRule([pattern], grant)], AllowOthers: false) };
    }

    private static async Task<string> RunAsync(string script, DockerOptions options) =>
        (await DockerSandboxFixture.RunScriptAsync(TestImages.Busybox, script, options)).Output;
}
