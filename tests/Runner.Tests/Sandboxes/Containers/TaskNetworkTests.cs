using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>The addresses that a task reaches, and those that it does not (S31), on networks of a real engine that each test makes for itself.</summary>
public sealed class TaskNetworkTests : IAsyncLifetime
{
    private readonly string _name = $"oh-{Guid.NewGuid().ToString("N")[..12]}";

    private DockerOptions Own => new() { Network = _name, TaskNetworkName = _name };

    public Task InitializeAsync() => Task.CompletedTask;

    // Where there is no engine, only the tests of the fake one have run, and left nothing.
    public Task DisposeAsync() =>
        TestImages.MissingReason is null ? DockerSandboxFixture.RawAsync($"/networks/{_name}", HttpMethod.Delete) : Task.CompletedTask;

    [DockerFact(Timeout = 60_000)]
    public async Task S31_tasks_do_not_reach_each_other()
    {
        await using var server = await ServerAsync(Own);

        Assert.Equal("not reached\n", await AskAsync(server, Own));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task They_do_where_the_operator_puts_them_on_a_network_that_lets_them()
    {
        var bridge = new DockerOptions { Network = "bridge" };
        await using var server = await ServerAsync(bridge);

        Assert.Equal("reached\n", await AskAsync(server, bridge));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_task_without_a_network_has_its_loopback_only()
    {
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, DockerSandboxFixture.RunPayload), options: new DockerOptions { Network = "none" });
        await trial.StartAsync("ls /sys/class/net; nc -l -p 9 127.0.0.1 & sleep 0.1; nc 127.0.0.1 9 < /dev/null && echo loop");

        await trial.Sandbox.WaitAsync(default);

        Assert.Equal("lo\nloop\n", trial.Output.ToString());
    }

    [DockerFact(Timeout = 60_000)]
    public async Task Of_many_runners_that_start_at_once_one_makes_the_network()
    {
        using var engine = new DockerEngine(DockerAddress.FromEnvironment());

        var given = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ =>
            Task.Run(() => new TaskNetwork(engine, _name, NullLogger.Instance).EnsureAsync(_name, default))));

        Assert.All(given, network => Assert.Equal(_name, network));
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(await DockerSandboxFixture.RawAsync("/networks"), $"\"Name\":\"{_name}\""));
        Assert.True((await engine.FindNetworkAsync(_name, default))!.IsIsolated);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_network_that_is_pruned_between_two_tasks_or_before_a_start_is_made_anew()
    {
        using var engine = new DockerEngine(DockerAddress.FromEnvironment());
        var sandboxes = new DockerSandboxFactory(engine, Own, NullLogger<DockerSandboxFactory>.Instance);
        for (var i = 0; i < 2; i++)
        {
            var output = new SandboxOutput();
            await using var sandbox = sandboxes.Create(ContainerAssignments.For(TestImages.Busybox, "echo here"), ContainerAssignments.NewSessionId());
            await sandbox.PrepareAsync(default);
            await sandbox.CreateAsync(new SandboxFiles([], null), default);
            await DockerSandboxFixture.RawAsync($"/networks/{_name}", HttpMethod.Delete);
            await sandbox.StartAsync(output.Take, default);

            Assert.Equal(0, (await sandbox.WaitAsync(default)).ExitCode);
            Assert.Equal("here\n", output.ToString());
        }
    }

    [Fact(Timeout = 20_000)]
    public async Task An_engine_that_can_not_have_it_is_told_of_once_and_its_own_bridge_taken()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.OnError($"GET /networks/{_name}", 404, "no such network");
        fake.OnError("POST /networks/create", 500, "could not find an available, non-overlapping IPv4 address pool");
        using var engine = fake.Client();
        var log = new RecordingLogger();
        var network = new TaskNetwork(engine, _name, log);

        Assert.Equal("bridge", await network.EnsureAsync(_name, default));
        Assert.Equal("bridge", await network.EnsureAsync(_name, default));
        fake.OnJson("POST /networks/create", new { Id = "1d" });
        fake.OnJson($"GET /networks/{_name}", new { Options = new Dictionary<string, string>() });
        Assert.Equal(_name, await network.EnsureAsync(_name, default));

        Assert.Contains("non-overlapping", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task One_that_was_made_by_hand_and_joins_tasks_is_told_of()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.OnJson($"GET /networks/{_name}", new { Options = new Dictionary<string, string> { ["com.docker.network.bridge.enable_icc"] = "true" } });
        using var engine = fake.Client();
        var log = new RecordingLogger();

        Assert.Equal(_name, await new TaskNetwork(engine, _name, log).EnsureAsync(_name, default));

        Assert.Contains("can reach each other", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task An_engine_that_is_away_is_no_engine_without_networks()
    {
        using var engine = new DockerEngine(DockerAddress.Parse("unix:///no/such.sock"));

        var away = await Assert.ThrowsAsync<DockerException>(
            () => new TaskNetwork(engine, _name, NullLogger.Instance).EnsureAsync(_name, default));

        Assert.True(away.IsTransient);
    }

    private static async Task<DockerSandboxFixture> ServerAsync(DockerOptions options)
    {
        var server = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, DockerSandboxFixture.RunPayload), options: options);
        await server.StartAsync("mkdir /tmp/www; echo hello > /tmp/www/index.html; httpd -p 8000 -h /tmp/www; hostname -i; sleep 100");
        await server.Output.WaitForAsync("\n");
        return server;
    }

    private static async Task<string> AskAsync(DockerSandboxFixture server, DockerOptions options)
    {
        var address = server.Output.ToString().Trim();
        await using var client = new DockerSandboxFixture(ContainerAssignments.For(TestImages.Busybox, DockerSandboxFixture.RunPayload), options: options);
        await client.StartAsync($"echo | nc -w 2 {address} 8000 > /dev/null 2>&1 && echo reached || echo not reached");
        await client.Sandbox.WaitAsync(default);
        return client.Output.ToString();
    }
}
