using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

public sealed class TmpfsDirectoryTests : IDisposable
{
    private readonly string _root = MachineFolders.CreateInMemory();

    private DockerOptions Bound => new() { TmpfsDirectory = _root };

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [DockerFact(Timeout = 120_000)]
    public async Task A_task_has_its_files_and_its_folder_as_where_the_engine_puts_them()
    {
        const string script = """
            cat $CONFIG_FILE; echo 40 half >> $PROGRESS_FILE; echo mine > $TASK_DIR/mine; cat $TASK_DIR/mine
            (echo other > $PAYLOAD_FILE) 2>/dev/null || echo kept
            id -u; while true; do sleep 1; done
            """;
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.BusyboxNobody, DockerSandboxFixture.RunPayload) with { Config = [1] }, options: Bound);
        await trial.StartAsync(new SandboxFiles(Encoding.UTF8.GetBytes(script), "the config\n"u8.ToArray()));

        await trial.Output.WaitForAsync("65534\n");
        await WaitForProgressAsync(trial.Sandbox, "40 half\n");
        await trial.Sandbox.StopAsync(TimeSpan.Zero);

        Assert.Equal("the config\nmine\nkept\n65534\n", trial.Output.ToString());
        await trial.DisposeAsync();
        Assert.Equal(["lock", "tasks-1"], Below(_root).Order());
    }

    [DockerFact(Timeout = 120_000)]
    public async Task A_tasks_files_are_visible_to_its_runner_alone_and_not_on_the_hosts_disk()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, DockerSandboxFixture.RunPayload), options: Bound);
        await trial.StartAsync("cat /proc/mounts; while true; do sleep 1; done");

        await trial.Output.WaitForAsync("/mnt/task/progress");
        await trial.Output.WaitForAsync(" /tmp ");

        var folder = Assert.Single(Directory.GetDirectories(Path.Combine(_root, "tasks-1")));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(folder));
        var mounts = trial.Output.ToString().Split('\n');
        Assert.Matches("^tmpfs /mnt/task tmpfs rw,nosuid,nodev", Assert.Single(mounts, line => line.Contains(" /mnt/task ", StringComparison.Ordinal)));
        Assert.Matches("^[a-z]+ /mnt/task/payload tmpfs ro,", Assert.Single(mounts, line => line.Contains("/mnt/task/payload", StringComparison.Ordinal)));
    }

    [DockerFact(Timeout = 120_000)]
    public async Task A_progress_file_that_grows_without_end_is_emptied_and_takes_no_other_tasks_room()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, DockerSandboxFixture.RunPayload), options: Bound);
        await trial.StartAsync("dd if=/dev/zero of=$PROGRESS_FILE bs=1M count=5 2>/dev/null; echo full; while true; do sleep 1; done");

        await trial.Output.WaitForAsync("full\n");

        Assert.Equal("", await trial.Sandbox.ReadProgressAsync(default));
        Assert.All(new DirectoryInfo(_root).EnumerateFiles("progress", SearchOption.AllDirectories), file => Assert.Equal(0, file.Length));
    }

    [Fact(Timeout = 20_000)]
    public async Task An_engine_that_does_not_see_this_hosts_files_puts_them_in_itself_from_then_on()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        var (bindings, put) = (new List<bool>(), 0);
        fake.OnJson("GET /images/docker.io/library/a:latest/json", new { Id = "sha256:a" });
        fake.On("POST /containers/create", async context =>
        {
            fake.On($"PUT /containers/{context.Request.Query["name"]}/archive", _ =>
            {
                put++;
                return Task.CompletedTask;
            });
            var spec = await FakeDockerEngine.BodyAsync(context);
            var source = (string?)spec["HostConfig"]!["Mounts"]?[0]!["Source"];
            bindings.Add(source is not null);
            await (source is null
                ? FakeDockerEngine.JsonAsync(context, new { Id = "1d" })
                : FakeDockerEngine.JsonAsync(context, new { message = $"invalid mount config for type \"bind\": bind source path does not exist: {source}" }, 400));
        });
        using var engine = fake.Client(new DockerTimeouts());
        using var sandboxes = new DockerSandboxFactory(engine, Bound with { Network = "none" }, NullLogger<DockerSandboxFactory>.Instance);

        for (var task = 0; task < 2; task++)
        {
            await using var sandbox = sandboxes.Create(ContainerAssignments.For("a", "true"), ContainerAssignments.NewSessionId());
            await sandbox.PrepareAsync(default);
            await sandbox.CreateAsync(new SandboxFiles([1], null), default);
        }

        Assert.Equal([true, false, false], bindings);
        Assert.Equal(2, put);
    }

    [Fact(Timeout = 20_000)]
    public async Task Folders_of_a_killed_runner_are_removed_when_another_starts_and_those_of_a_running_one_stay()
    {
        using var living = TmpfsDirectory.Open(_root);
        using var files = living.Add("held", new TaskPaths(ContainerAssignments.For("a", "true"), "/mnt/task"), new SandboxFiles([1], null));
        var left = Directory.CreateDirectory(Path.Combine(_root, "tasks-2", "left"));
        await File.WriteAllTextAsync(Path.Combine(left.FullName, "payload"), "secret");

        using var next = TmpfsDirectory.Open(_root);

        Assert.False(left.Exists && Directory.Exists(left.FullName));
        Assert.True(Directory.Exists(Path.Combine(_root, "tasks-1", "held")));
    }

    private static IEnumerable<string> Below(string folder) =>
        Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path));

    private static async Task WaitForProgressAsync(ISandbox sandbox, string wanted)
    {
        while (await sandbox.ReadProgressAsync(default) != wanted)
        {
            await Task.Yield();
        }
    }
}
