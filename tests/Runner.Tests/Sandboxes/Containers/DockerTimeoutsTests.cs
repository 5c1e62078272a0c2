using Docker.DotNet.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Primitives.Codes;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Policy;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

public sealed class DockerTimeoutsTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();

    private static readonly Dictionary<string, Func<DockerEngine, Task>> Verbs = new()
    {
        ["GET /_ping"] = engine => engine.PingAsync(default),
        ["GET /version"] = engine => engine.VersionAsync(default),
        ["GET /info"] = engine => engine.InfoAsync(default),
        ["GET /images/docker.io/library/a:latest/json"] = engine => engine.FindImageAsync(Image("a"), default),
        ["POST /images/create"] = engine => engine.PullAsync(Image("a"), null, default),
        ["POST /containers/create"] = engine => engine.CreateAsync("c", Spec(), default),
        ["PUT /containers/c/archive"] = engine => engine.UploadAsync("c", new TarContent(), default),
        ["GET /containers/c/archive"] = engine => engine.ReadFileAsync("c", "/x/y", 10, default),
        ["POST /containers/c/attach"] = engine => engine.AttachAsync("c", default),
        ["POST /containers/c/start"] = engine => engine.StartAsync("c", default),
        ["POST /containers/c/kill"] = engine => engine.KillAsync("c", "SIGTERM", default),
        ["GET /containers/c/json"] = engine => engine.InspectAsync("c", default),
        ["DELETE /containers/c"] = engine => engine.RemoveAsync("c", default),
        ["GET /containers/json"] = engine => engine.ListAsync("l", "v", default),
    };

    public static TheoryData<string> AllVerbs => [.. Verbs.Keys];

    [Theory(Timeout = 20_000)]
    [MemberData(nameof(AllVerbs))]
    public async Task No_call_waits_longer_than_its_limit(string verb)
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        var asked = fake.OnHang(verb);
        using var engine = fake.Client(Limits());

        var call = Verbs[verb](engine);
        await asked;
        _time.Advance(Limit);
        var trouble = await Assert.ThrowsAsync<DockerException>(() => call);

        Assert.Contains($"gave no answer to {verb} within 30 s", trouble.Message, StringComparison.Ordinal);
        Assert.True(trouble.IsTransient);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_pull_that_falls_silent_half_way_ends()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        var silent = new TaskCompletionSource();
        fake.On("POST /images/create", async context =>
        {
            await context.Response.WriteAsync("{\"status\":\"Downloading\"}\r\n");
            await context.Response.Body.FlushAsync();
            silent.SetResult();
            await FakeDockerEngine.ForeverAsync(context.RequestAborted);
        });
        using var engine = fake.Client(Limits());

        var pull = engine.PullAsync(Image("a"), null, default);
        await silent.Task;
        _time.Advance(Limit);
        var trouble = await Assert.ThrowsAsync<DockerException>(() => pull);

        Assert.True(trouble.IsTransient);
        Assert.Contains("gave no answer", trouble.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task The_callers_own_cancellation_is_no_error_of_the_engine()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        var asked = fake.OnHang("GET /_ping");
        using var engine = fake.Client();
        using var cancel = new CancellationTokenSource();

        var ping = engine.PingAsync(cancel.Token);
        await asked;
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ping);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_stop_that_does_not_get_through_ends_the_wait_with_a_transient_error()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        using var engine = fake.Client(Limits());
        await using var sandbox = new DockerSandboxFactory(engine, new DockerOptions(), NullLogger<DockerSandboxFactory>.Instance)
            .Create(ContainerAssignments.For("a"), ContainerAssignments.NewSessionId());
        var container = new FakeContainer(fake);
        await sandbox.CreateAsync(new SandboxFiles([], null), default);
        await sandbox.StartAsync((_, _) => { }, default);
        var term = fake.OnHang($"POST /containers/{container.Name}/kill");
        var stop = sandbox.StopAsync(TimeSpan.FromSeconds(5));
        await term;
        var kill = fake.OnHang($"POST /containers/{container.Name}/kill");
        _time.Advance(TimeSpan.FromSeconds(5));
        await kill;
        _time.Advance(Limit);
        await stop;

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => sandbox.WaitAsync(default));
        Assert.True(trouble.IsTransient);
        Assert.Contains("its end is unknown", trouble.Message, StringComparison.Ordinal);
        Assert.Contains($"/containers/{container.Name}/kill", trouble.Message, StringComparison.Ordinal);
    }

    private DockerTimeouts Limits() => new()
    {
        Response = Limit,
        Operation = Limit,
        PullIdle = Limit,
        Recovery = Limit,
        Clock = _time,
    };

    private static ImageReference Image(string text) =>
        ImageReference.TryParse(text, out var image) ? image : throw new ArgumentException(text);

    private static CreateContainerParameters Spec() => ContainerPlan.CreateSpec(
        ContainerAssignments.For("a"), "a:latest", "s", ContainerLimits.Create(ContainerAssignments.For("a"), new DockerOptions()), "net",
        new DockerHost(1, true, true, false));
}
