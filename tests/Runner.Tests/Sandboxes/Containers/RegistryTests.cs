using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

/// <summary>How a real engine gets images, and what it says when it can't.</summary>
public sealed class RegistryTests
{
    [DockerFact(Timeout = 60_000)]
    public async Task An_absent_image_is_pulled_and_known_by_its_digest()
    {
        await using var registry = await TinyRegistry.StartAsync();
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For($"{registry.Host}/tiny:1"));
        try
        {
            Assert.Equal(registry.Digest, await trial.Sandbox.PrepareAsync(default));
            registry.ManifestErrorStatus = 503;
            Assert.Equal(registry.Digest, await trial.Sandbox.PrepareAsync(default));
        }
        finally
        {
            await DockerSandboxFixture.RemoveImageAsync(trial.Order.Image);
        }
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_registry_that_wants_a_login_gets_that_of_the_assignment()
    {
        await using var registry = await TinyRegistry.StartAsync();
        registry.Account = ("ann", "s3cret");
        var order = ContainerAssignments.For($"{registry.Host}/tiny:1");
        await using var stranger = new DockerSandboxFixture(order);
        var login = new RegistryLogin { Username = "ann", Password = "wrong", Serveraddress = registry.Host };
        await using var mistaken = new DockerSandboxFixture(order with { Login = login });
        await using var known = new DockerSandboxFixture(order with { Login = login with { Password = "s3cret" } });
        try
        {
            var nobody = await Assert.ThrowsAsync<SandboxException>(() => stranger.Sandbox.PrepareAsync(default));
            var wrong = await Assert.ThrowsAsync<SandboxException>(() => mistaken.Sandbox.PrepareAsync(default));

            Assert.False(nobody.IsTransient || wrong.IsTransient);
            Assert.DoesNotContain("s3cret", wrong.ToString(), StringComparison.Ordinal);
            Assert.Equal(registry.Digest, await known.Sandbox.PrepareAsync(default));
        }
        finally
        {
            await DockerSandboxFixture.RemoveImageAsync(order.Image);
        }
    }

    [DockerTheory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S33_an_image_that_another_projects_login_has_brought_is_nobody_elses_when_each_task_asks(bool pinned)
    {
        await using var registry = await TinyRegistry.StartAsync();
        registry.Account = ("ann", "s3cret");
        var order = ContainerAssignments.For($"{registry.Host}/tiny{(pinned ? $"@{registry.Digest}" : ":1")}");
        var login = new RegistryLogin { Username = "ann", Password = "s3cret", Serveraddress = registry.Host };
        var always = new DockerOptions { Pull = PullPolicy.Always };
        await using var owner = new DockerSandboxFixture(order with { Login = login }, options: always);
        await using var stranger = new DockerSandboxFixture(order, options: always);
        await using var again = new DockerSandboxFixture(order with { Login = login }, options: always);
        try
        {
            Assert.Equal(registry.Digest, await owner.Sandbox.PrepareAsync(default));
            var refused = await Assert.ThrowsAsync<SandboxException>(() => stranger.Sandbox.PrepareAsync(default));

            Assert.False(refused.IsTransient);
            Assert.Equal(registry.Digest, await again.Sandbox.PrepareAsync(default));
        }
        finally
        {
            await DockerSandboxFixture.RemoveImageAsync(order.Image);
        }
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_pinned_image_is_pulled_by_its_digest()
    {
        await using var registry = await TinyRegistry.StartAsync();
        var image = $"{registry.Host}/tiny@{registry.Digest}";
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For(image));
        try
        {
            Assert.Equal(registry.Digest, await trial.Sandbox.PrepareAsync(default));
        }
        finally
        {
            await DockerSandboxFixture.RemoveImageAsync(image);
        }
    }

    [DockerFact(Timeout = 60_000)]
    public async Task An_image_that_its_registry_does_not_have_is_named_and_not_transient()
    {
        await using var registry = await TinyRegistry.StartAsync();
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For($"{registry.Host}/tiny:2"));

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => trial.Sandbox.PrepareAsync(default));

        Assert.False(trouble.IsTransient);
        Assert.Contains(trial.Order.Image, trouble.Message, StringComparison.Ordinal);
        Assert.Contains("manifest unknown", trouble.Message, StringComparison.Ordinal);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_registry_that_stays_overloaded_or_down_is_not_transient()
    {
        await using var registry = await TinyRegistry.StartAsync();
        await using var trial = new DockerSandboxFixture(ContainerAssignments.For($"{registry.Host}/tiny:1"));

        registry.ManifestErrorStatus = 429;
        var overrun = await Assert.ThrowsAsync<SandboxException>(() => trial.Sandbox.PrepareAsync(default));
        registry.ManifestErrorStatus = 503;
        var broken = await Assert.ThrowsAsync<SandboxException>(() => trial.Sandbox.PrepareAsync(default));
        await registry.DisposeAsync();
        var down = await Assert.ThrowsAsync<SandboxException>(() => trial.Sandbox.PrepareAsync(default));

        Assert.All([overrun, broken, down], trouble => Assert.False(trouble.IsTransient, trouble.Message));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task Docker_counts_as_there_when_the_image_is_or_can_be_had()
    {
        using var engine = new DockerEngine(DockerAddress.FromEnvironment());
        await using var registry = await TinyRegistry.StartAsync();
        var image = $"{registry.Host}/tiny:1";
        try
        {
            var present = await DockerProbe.ProbeAsync(engine, TestImages.Busybox, default);
            var pulled = await DockerProbe.ProbeAsync(engine, image, default);
            var missing = await DockerProbe.ProbeAsync(engine, $"{registry.Host}/tiny:2", default);

            Assert.True(present.IsAvailable, present.Message);
            Assert.Contains(TestImages.Busybox, present.Message, StringComparison.Ordinal);
            Assert.True(pulled.IsAvailable, pulled.Message);
            Assert.False(missing.IsAvailable);
            Assert.Contains("tiny:2 can't be had", missing.Message, StringComparison.Ordinal);
        }
        finally
        {
            await DockerSandboxFixture.RemoveImageAsync(image);
        }
    }
}
