using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>V10: what the engine's host has and is bounds what a container gets, whatever order and policy say.</summary>
public sealed class DockerHostTests : IAsyncLifetime
{
    private const long Lots = 1_000_000_000_000_000;
    private const long Memory = 3L << 30;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-host-test-");
    private FakeDockerEngine _fake = null!;
    private FakeContainer _container = null!;

    public async Task InitializeAsync()
    {
        _fake = await FakeDockerEngine.StartAsync();
        _container = new FakeContainer(_fake);
        _fake.OnJson("GET /info", new { NCPU = 4, CpuCfsQuota = true, MemTotal = Memory, DockerRootDir = Path.Combine(_folder.FullName, "engine") });
    }

    public async Task DisposeAsync()
    {
        await _fake.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact(Timeout = 30_000)]
    public async Task Unset_limits_are_what_the_host_has()
    {
        var disk = Directory.CreateDirectory(Path.Combine(_folder.FullName, "engine"));
        await CreateAsync(ContainerAssignments.For("a") with { MemoryBytes = Lots, DiskBytes = long.MaxValue }, new DockerOptions());

        var host = _container.Spec!["HostConfig"]!;
        Assert.Equal((Memory, Memory), ((long)host["Memory"]!, (long)host["MemorySwap"]!));
        Assert.Equal($"{new DriveInfo(disk.FullName).TotalSize}", (string?)host["StorageOpt"]!["size"]);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_assignment_within_the_hosts_limits_gets_what_it_asks_for()
    {
        await CreateAsync(ContainerAssignments.For("a") with { MemoryBytes = 1 << 30 }, new DockerOptions());

        Assert.Equal(1 << 30, (long)_container.Spec!["HostConfig"]!["Memory"]!);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("engine")]
    [InlineData("engine/overlay2/x")]
    [InlineData("")]
    public async Task The_engines_own_folder_is_no_mount_wherever_it_lies(string below)
    {
        var options = Giving(new ImageGrant { Mounts = [new HostMount(Path.Combine(_folder.FullName, below).TrimEnd('/'), "/given", false)] });

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => CreateAsync(ContainerAssignments.For("a"), options));

        Assert.False(trouble.IsTransient);
        Assert.Contains("gives full control of the host", trouble.Message, StringComparison.Ordinal);
        Assert.Null(_container.Spec);
        using var engine = _fake.Client();
        using var sandboxes = new DockerSandboxFactory(engine, options, NullLogger<DockerSandboxFactory>.Instance);
        Assert.Equal(trouble.Message, (await Assert.ThrowsAsync<SandboxException>(() => sandboxes.EnsureReadyAsync(default))).Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_link_that_came_after_the_policy_was_read_is_seen()
    {
        var mount = Path.Combine(_folder.FullName, "data");
        var options = Giving(new ImageGrant { Mounts = [new HostMount(mount, "/given", true)] });
        Directory.CreateDirectory(mount);
        await CreateAsync(ContainerAssignments.For("a"), options);
        Assert.NotNull(_container.Spec);
        Directory.Delete(mount);
        File.CreateSymbolicLink(mount, "/");

        await Assert.ThrowsAsync<SandboxException>(() => CreateAsync(ContainerAssignments.For("a"), options));
    }

    private static DockerOptions Giving(ImageGrant grant)
    {
        Assert.True(ImagePattern.TryParse("*", out var pattern, out _));
        return new DockerOptions { Policy = new ImagePolicy([new ImageRule([pattern], grant)], AllowOthers: false) };
    }

    private async Task CreateAsync(TaskAssignment order, DockerOptions options)
    {
        using var engine = _fake.Client();
        using var sandboxes = new DockerSandboxFactory(engine, options, NullLogger<DockerSandboxFactory>.Instance);
        await using var sandbox = sandboxes.Create(order, "abcdefabcdefabcdefabcdef");
        await sandbox.CreateAsync(new SandboxFiles([], null), default);
    }
}
