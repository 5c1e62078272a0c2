using System.Text.Json.Nodes;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>The confinement of a default container, tried from inside it (I14, S29, S32).</summary>
public sealed class ContainerConfinementTests
{
    private static readonly string[] EnginesOwnMounts =
        ["/", "/tmp", "/etc/resolv.conf", "/etc/hostname", "/etc/hosts", "/sbin/docker-init"];

    [DockerFact(Timeout = 60_000)]
    public async Task I14_no_capability_no_new_privilege_and_a_system_call_filter()
    {
        var status = (await OutputAsync("cat /proc/self/status")).Split('\n')
            .Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2)
            .ToDictionary(pair => pair[0], pair => pair[1].Trim());

        string[] sets = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"];
        Assert.All(sets, set => Assert.Equal("0000000000000000", status[set]));
        Assert.Equal("1", status["NoNewPrivs"]);
        Assert.Equal("2", status["Seccomp"]);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task I14_processes_memory_and_processor_time_are_limited_and_core_files_off()
    {
        var limits = await OutputAsync("""
            cd /sys/fs/cgroup
            cat pids/pids.max 2>/dev/null || cat pids.max
            cat memory/memory.limit_in_bytes 2>/dev/null || cat memory.max
            cat cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us 2>/dev/null || tr ' ' '\n' < cpu.max
            ulimit -c
            """);

        using var engine = new DockerEngine(DockerAddress.FromEnvironment());
        var cpus = Math.Min(2, (await engine.InfoAsync(default)).NCPU);
        Assert.Equal($"256\n{512 << 20}\n{cpus * 100_000}\n100000\n0\n", limits);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task I14_a_fork_bomb_ends_at_the_limit()
    {
        var (exit, output) = await DockerSandboxFixture.RunScriptAsync(
            TestImages.Busybox, "i=0; while [ $i -lt 400 ]; do sleep 1000 & i=$((i+1)); done; echo never");

        Assert.NotEqual(0, exit.ExitCode);
        Assert.DoesNotContain("never", output, StringComparison.Ordinal);
        Assert.Contains("can't fork", output, StringComparison.Ordinal);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task I14_no_namespace_but_the_users_is_the_hosts()
    {
        string[] kinds = ["mnt", "pid", "net", "ipc", "uts", "cgroup"];

        var inside = await OutputAsync($"for kind in {string.Join(' ', kinds)}; do readlink /proc/self/ns/$kind; done");

        var outside = kinds.Select(kind => new FileInfo($"/proc/self/ns/{kind}").LinkTarget!);
        Assert.Equal(kinds.Length, inside.Split('\n', StringSplitOptions.RemoveEmptyEntries).Except(outside).Count());
    }

    [DockerFact(Timeout = 60_000)]
    public async Task I14_nothing_of_the_host_is_mounted()
    {
        var mounts = await OutputAsync("cut -d ' ' -f 5 /proc/self/mountinfo; ls /var/run/docker.sock /run 2>&1");

        var foreign = mounts.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(mount =>
            mount.StartsWith('/') && !EnginesOwnMounts.Contains(mount)
            && mount.Split('/')[1] is not ("proc" or "sys" or "dev"));
        Assert.Empty(foreign);
        Assert.Contains("/var/run/docker.sock: No such file", mounts, StringComparison.Ordinal);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task I10_payload_and_config_are_not_in_what_the_engine_tells_about_the_container()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, "true"));

        await trial.StartAsync(new SandboxFiles("marker-in-payload"u8.ToArray(), "marker-in-config"u8.ToArray()));
        await trial.Sandbox.WaitAsync(default);
        var told = await trial.InspectAsync();

        Assert.Contains(trial.Order.Lease.TaskId, told, StringComparison.Ordinal);
        Assert.DoesNotContain("marker-in-", told, StringComparison.Ordinal);
        Assert.DoesNotContain(trial.Order.Lease.Token, told, StringComparison.Ordinal);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task The_engine_keeps_no_copy_of_the_output_and_the_disk_is_limited_where_it_can_be()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, "echo here"));

        await trial.StartAsync("");
        await trial.Sandbox.WaitAsync(default);
        var host = JsonNode.Parse(await trial.InspectAsync())!["HostConfig"]!;

        Assert.Equal("here\n", trial.Output.ToString());
        Assert.Equal("none", (string?)host["LogConfig"]!["Type"]);
        Assert.Equal(host["StorageOpt"]?["size"] is not null, trial.Sandboxes.LimitsDisk);
    }

    private static async Task<string> OutputAsync(string script)
    {
        var (_, output) = await DockerSandboxFixture.RunScriptAsync(TestImages.Busybox, script);
        return output;
    }
}
