using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

public sealed class DockerErrorsTests
{
    private const string RuncPrefix =
        "OCI runtime create failed: container_linux.go:380: starting container process caused: ";

    [Theory(Timeout = 20_000)]
    [InlineData(400, RuncPrefix + "exec: \"nosuch\": executable file not found in $PATH: unknown", false)]
    [InlineData(404, RuncPrefix + "exec: \"/nosuch\": stat /nosuch: no such file or directory: unknown", false)]
    [InlineData(500, RuncPrefix + "exec: \"/etc\": permission denied: unknown", false)]
    [InlineData(500, "crun: executable file `nosuch` not found in $PATH: No such file or directory", false)]
    [InlineData(500, RuncPrefix + "chdir to cwd (\"/root\") set in config.json failed: permission denied", false)]
    [InlineData(400, "unable to find user alice: no matching entries in passwd file", false)]
    [InlineData(500, "exec: \"docker-init\": executable file not found in $PATH", true)]
    [InlineData(500, "error mounting \"/var/lib/docker/x\": no such file or directory", true)]
    [InlineData(500, "failed to create endpoint on network bridge: no available IPv4 addresses", true)]
    public async Task A_start_that_fails_is_the_tasks_fault_or_passes(int status, string reason, bool passing)
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        using var engine = fake.Client();
        var container = new FakeContainer(
            fake, name => fake.OnError($"POST /containers/{name}/start", status, reason));
        var sandbox = Sandbox(engine, "nosuch --flag");
        await sandbox.CreateAsync(new SandboxFiles([], null), default);

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => sandbox.StartAsync((_, _) => { }, default));
        await sandbox.DisposeAsync();

        Assert.Equal(passing, trouble.IsTransient);
        Assert.Contains(reason, trouble.Message, StringComparison.Ordinal);
        Assert.Contains(passing ? "container of a" : "command \"nosuch --flag\" can't be started in a", trouble.Message,
            StringComparison.Ordinal);
        Assert.Equal($"DELETE /v1.41/containers/{container.Name}?v=1&force=1", fake.Requests.Last());
    }

    [Theory(Timeout = 20_000)]
    [InlineData(400, "Minimum memory limit allowed is 6MB", false)]
    [InlineData(404, "No such image: a:latest", true)]
    [InlineData(500, "no space left on device", true)]
    public async Task A_creation_that_fails_is_the_tasks_fault_or_passes(int status, string reason, bool passing)
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        using var engine = fake.Client();
        fake.OnError("POST /containers/create", status, reason);
        var sandbox = Sandbox(engine);

        var trouble = await Assert.ThrowsAsync<SandboxException>(
            () => sandbox.CreateAsync(new SandboxFiles([], null), default));
        await sandbox.DisposeAsync();

        Assert.Equal(passing, trouble.IsTransient);
        Assert.Contains(reason, trouble.Message, StringComparison.Ordinal);
        Assert.StartsWith("DELETE ", fake.Requests.Last(), StringComparison.Ordinal);
    }

    [Theory(Timeout = 20_000)]
    [InlineData(137, true, true)]
    [InlineData(1, true, true)]
    [InlineData(137, false, false)]
    [InlineData(0, true, false)]
    public async Task Out_of_memory_is_a_failure_with_the_kernels_flag(int exitCode, bool flag, bool outOfMemory)
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        using var engine = fake.Client();
        var container = new FakeContainer(fake) { OutOfMemory = flag };
        await using var sandbox = await StartedAsync(engine, new SandboxOutput());

        container.Exit.SetResult(exitCode);

        Assert.Equal(new SandboxExit(exitCode, outOfMemory), await sandbox.WaitAsync(default));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_container_that_outlives_its_engines_restart_is_followed_to_its_end()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        using var engine = fake.Client(new DockerTimeouts { RetryDelay = TimeSpan.FromMilliseconds(10) });
        var attached = 0;
        var broken = new TaskCompletionSource();
        FakeContainer container = null!;
        container = new FakeContainer(fake, name =>
        {
            var wait = $"POST /containers/{name}/wait";
            fake.OnAttach(name, async (stream, cancellationToken) =>
            {
                await stream.WriteAsync(FakeContainer.Frame(attached++ == 0 ? "before " : "after"), cancellationToken);
                await container.Exit.Task.WaitAsync(cancellationToken);
            });
            fake.On(wait, async context =>
            {
                await context.Response.Body.FlushAsync();
                await broken.Task;
                fake.On(wait, async again =>
                    await FakeDockerEngine.JsonAsync(again, new { StatusCode = await container.Exit.Task }));
                context.Abort();
            });
        });
        var output = new SandboxOutput();
        await using var sandbox = await StartedAsync(engine, output);

        await output.WaitForAsync("before ");
        broken.SetResult();
        await output.WaitForAsync("after");
        container.Exit.SetResult(3);

        Assert.Equal(new SandboxExit(3, false), await sandbox.WaitAsync(default));
        Assert.Equal("before after", output.ToString());
    }

    [Fact(Timeout = 20_000)]
    public async Task An_engine_that_does_not_come_back_ends_the_wait_with_a_transient_error()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        using var engine = fake.Client(new DockerTimeouts
        {
            RetryDelay = TimeSpan.FromMilliseconds(10),
            Recovery = TimeSpan.FromMilliseconds(100),
        });
        _ = new FakeContainer(fake, name =>
        {
            fake.On($"POST /containers/{name}/wait", Abort);
            fake.On($"GET /containers/{name}/json", Abort);
        });
        await using var sandbox = await StartedAsync(engine, new SandboxOutput());

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => sandbox.WaitAsync(default));

        Assert.True(trouble.IsTransient);

        static Task Abort(HttpContext context)
        {
            context.Abort();
            return Task.CompletedTask;
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task A_container_that_can_not_be_removed_goes_when_the_next_task_comes()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        using var engine = fake.Client();
        var sandboxes = Sandboxes(engine);
        fake.OnJson("GET /images/docker.io/library/a:latest/json", new { Id = "sha256:1d" });
        var container = new FakeContainer(
            fake, name => fake.OnError($"DELETE /containers/{name}", 500, "device is busy"));
        await using (var first = sandboxes.Create(ContainerAssignments.For("a"), "s"))
        {
            await first.CreateAsync(new SandboxFiles([], null), default);
        }

        fake.OnNoContent($"DELETE /containers/{container.Name}");
        await using (var second = sandboxes.Create(ContainerAssignments.For("a"), "s"))
        {
            await second.PrepareAsync(default);
            await second.PrepareAsync(default);
        }

        Assert.Equal(2, fake.Requests.Count(request => request.StartsWith("DELETE", StringComparison.Ordinal)));
    }

    [Fact(Timeout = 20_000)]
    public async Task An_engine_without_an_init_or_disk_limits_is_not_asked_for_them()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.Components = ["Engine"];
        using var engine = fake.Client();
        var sandboxes = Sandboxes(engine);
        FakeContainer? container = null;
        fake.On("POST /containers/create", context =>
        {
            container = new FakeContainer(fake);
            return FakeDockerEngine.JsonAsync(
                context, new { message = "--storage-opt is supported only for overlay over xfs with 'pquota'" }, 500);
        });

        await using var first = sandboxes.Create(ContainerAssignments.For("a"), "s");
        await first.CreateAsync(new SandboxFiles([], null), default);
        await using var second = sandboxes.Create(ContainerAssignments.For("a"), "s");
        await second.CreateAsync(new SandboxFiles([], null), default);

        Assert.False(sandboxes.LimitsDisk);
        Assert.Null(container!.Spec!["HostConfig"]!["StorageOpt"]);
        Assert.False(container.Spec["HostConfig"]!["Init"]!.GetValue<bool>());
        Assert.Equal(3, fake.Requests.Count(request => request.Contains("/create", StringComparison.Ordinal)));
        Assert.Equal("docker 99.1.2", sandboxes.Description);
    }

    private static DockerSandboxFactory Sandboxes(DockerEngine engine) =>
        new(engine, new DockerOptions(), NullLogger<DockerSandboxFactory>.Instance);

    private static ISandbox Sandbox(DockerEngine engine, string command = "") =>
        Sandboxes(engine).Create(ContainerAssignments.For("a", command), ContainerAssignments.NewSessionId());

    private static async Task<ISandbox> StartedAsync(DockerEngine engine, SandboxOutput output)
    {
        var sandbox = Sandbox(engine);
        await sandbox.CreateAsync(new SandboxFiles([], null), default);
        await sandbox.StartAsync(output.Take, default);
        return sandbox;
    }
}
