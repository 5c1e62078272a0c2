using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Runner.Sandboxes.Processes;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Processes;

/// <summary>V3: a runner removes what it made below its own root, and nothing else, whatever ids and links say.</summary>
[SupportedOSPlatform("linux")]
public sealed class TaskFoldersTests : IDisposable
{
    private const string Session = "abcdefabcdefabcdefabcdef";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");
    private readonly StateFolder _state;
    private readonly ProcessSandboxFactory _sandboxes;

    public TaskFoldersTests()
    {
        _state = StateFolder.Open(_folder.FullName, "0123456789abcdef01234567");
        _sandboxes = new ProcessSandboxFactory(_state, NullLogger<ProcessSandboxFactory>.Instance);
    }

    public void Dispose()
    {
        _sandboxes.Dispose();
        _state.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_hostile_control_plane_removes_and_changes_nothing_also_by_a_rejected_assignment()
    {
        var canary = Canary("victim-1");
        var mode = _folder.UnixFileMode;
        await using var plane = await FakeControlPlane.StartAsync();
        var way = $"../../{_folder.Name}/victim";
        plane.Offer(TaskAssignments.New(task: way), TaskAssignments.New() with { Image = "unsigned" });
        await using var runner = new RunnerFixture(plane, _sandboxes, _folder.FullName, options: options => options with
        {
            SealPolicy = SealPolicies.Of("5c1f0e3b9a7748d2b6e4037fa1c8eeff", signedOnly: true),
        });

        // The claim that was refused is asked for again, under its key.
        var first = await plane.Claims.NextAsync();
        var again = await plane.Claims.NextAsync();
        Assert.Equal((first.ClaimKey, true), (again.ClaimKey, again.Repeated));
        await runner.DisposeAsync();
        Assert.True(File.Exists(canary));
        Assert.Equal(mode, new DirectoryInfo(_folder.FullName).UnixFileMode);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_sandbox_that_was_never_made_removes_nothing()
    {
        var order = TaskAssignments.New();
        var root = (await _sandboxes.FindStorageFolderAsync(default))!;
        var other = Path.Combine(root, Session, $"{order.Lease.TaskId}-1");
        Directory.CreateDirectory(other);

        await _sandboxes.Create(order, Session).DisposeAsync();

        Assert.True(Directory.Exists(other));
        Directory.Delete(other);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_folder_that_a_task_has_is_not_filled_again_nor_removed_under_another_lease()
    {
        var canary = Canary("elsewhere");
        var order = TaskAssignments.New();
        await using var first = _sandboxes.Create(order, Session);
        await first.CreateAsync(new SandboxFiles([], null), default);
        var place = Path.Combine((await _sandboxes.FindStorageFolderAsync(default))!, Session, $"{order.Lease.TaskId}-1");
        File.CreateSymbolicLink(Path.Combine(place, "config"), Path.Combine(Path.GetDirectoryName(canary)!, "written"));

        var second = _sandboxes.Create(order with { Lease = order.Lease with { Token = new string('b', 32) } }, Session);
        await Assert.ThrowsAsync<SandboxException>(() => second.CreateAsync(new SandboxFiles([1], [1]), default));
        await second.DisposeAsync();

        Assert.True(File.Exists(Path.Combine(place, "payload")));
        Assert.Single(Directory.GetFiles(Path.GetDirectoryName(canary)!));
    }

    [Theory]
    [InlineData("..", "0123456789abcdef01234567")]
    [InlineData("../..", "0123456789abcdef01234567")]
    [InlineData(Session, "../../etc")]
    [InlineData(Session, "/etc")]
    public void No_id_leads_out_of_the_root_even_where_it_was_not_validated_before(string session, string task)
    {
        var order = TaskAssignments.New(task: task);

        Assert.ThrowsAny<Exception>(() => _sandboxes.Create(order, session));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_sweep_follows_no_link_that_somebody_put_where_an_earlier_life_had_its_root()
    {
        var canary = Canary($"{Session}/0123456789abcdef01234567-1");
        var link = Path.Combine(Path.GetTempPath(), $"hybrid-tasks-{Guid.NewGuid():N}");
        File.CreateSymbolicLink(link, _folder.FullName);
        await File.AppendAllLinesAsync(_state.PathOf("task-folders"), [link]);

        await _sandboxes.RemoveOrphansAsync(new string('0', 24), default);

        Assert.True(File.Exists(canary));
        File.Delete(link);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_sweep_passes_over_a_folder_that_is_not_of_tasks()
    {
        var canary = Canary($"{Session}/0123456789abcdef01234567-1");
        await File.AppendAllLinesAsync(_state.PathOf("task-folders"), [_folder.FullName, "/", ""]);

        await _sandboxes.RemoveOrphansAsync(new string('0', 24), default);

        Assert.True(File.Exists(canary));
    }

    [Fact]
    public void A_folder_in_memory_that_is_a_link_is_not_emptied()
    {
        var canary = Canary("a");
        var root = Directory.CreateTempSubdirectory("hybrid-runner-test-");
        File.CreateSymbolicLink(Path.Combine(root.FullName, "tasks-1"), _folder.FullName);

        var refused = Assert.Throws<ConfigurationException>(() => TmpfsDirectory.Open(root.FullName));

        Assert.Contains("is a link, or another user's", refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(canary));
        root.Delete(recursive: true);
    }

    [Fact]
    public void Files_of_a_task_go_below_the_folder_in_memory()
    {
        var root = Directory.CreateTempSubdirectory("hybrid-runner-test-");
        using (var memory = TmpfsDirectory.Open(root.FullName))
        {
            var order = TaskAssignments.New();
            Assert.ThrowsAny<Exception>(() =>
                memory.Add("../../out", new TaskPaths(order, "/mnt/task"), new SandboxFiles([], null)));
        }

        Assert.Empty(root.GetDirectories());
        root.Delete();
    }

    private string Canary(string below)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.FullName, below)).FullName, "canary");
        File.WriteAllText(path, "");
        return path;
    }
}
