using OrleansHybrid.Contracts.Registries;
using OrleansHybrid.Runner.Docker;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Docker;

/// <summary>How a real engine gets images, and what it says when it can't.</summary>
public sealed class Registries
{
    [DockerFact(Timeout = 60_000)]
    public async Task An_absent_image_is_pulled_and_known_by_its_digest()
    {
        await using var registry = await TinyRegistry.StartAsync();
        await using var trial = new Trial(Orders.For($"{registry.Host}/tiny:1"));
        try
        {
            Assert.Equal(registry.Digest, await trial.Sandbox.PrepareAsync(default));
            registry.BadDay = 503;
            Assert.Equal(registry.Digest, await trial.Sandbox.PrepareAsync(default));
        }
        finally
        {
            await Trial.RemoveImageAsync(trial.Order.Image);
        }
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_registry_that_wants_a_login_gets_that_of_the_order()
    {
        await using var registry = await TinyRegistry.StartAsync();
        registry.Account = ("ann", "s3cret");
        var order = Orders.For($"{registry.Host}/tiny:1");
        await using var stranger = new Trial(order);
        var login = new RegistryLogin { Username = "ann", Password = "wrong", Serveraddress = registry.Host };
        await using var mistaken = new Trial(order with { Login = login });
        await using var known = new Trial(order with { Login = login with { Password = "s3cret" } });
        try
        {
            var nobody = await Assert.ThrowsAsync<SandboxException>(() => stranger.Sandbox.PrepareAsync(default));
            var wrong = await Assert.ThrowsAsync<SandboxException>(() => mistaken.Sandbox.PrepareAsync(default));

            Assert.False(nobody.Passing || wrong.Passing);
            Assert.DoesNotContain("s3cret", wrong.ToString(), StringComparison.Ordinal);
            Assert.Equal(registry.Digest, await known.Sandbox.PrepareAsync(default));
        }
        finally
        {
            await Trial.RemoveImageAsync(order.Image);
        }
    }

    [DockerTheory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S33_an_image_that_another_projects_login_has_brought_is_nobody_elses_when_each_task_asks(bool pinned)
    {
        await using var registry = await TinyRegistry.StartAsync();
        registry.Account = ("ann", "s3cret");
        var order = Orders.For($"{registry.Host}/tiny{(pinned ? $"@{registry.Digest}" : ":1")}");
        var login = new RegistryLogin { Username = "ann", Password = "s3cret", Serveraddress = registry.Host };
        var always = new DockerOptions { Pull = PullPolicy.Always };
        await using var owner = new Trial(order with { Login = login }, options: always);
        await using var stranger = new Trial(order, options: always);
        await using var again = new Trial(order with { Login = login }, options: always);
        try
        {
            Assert.Equal(registry.Digest, await owner.Sandbox.PrepareAsync(default));
            var refused = await Assert.ThrowsAsync<SandboxException>(() => stranger.Sandbox.PrepareAsync(default));

            Assert.False(refused.Passing);
            Assert.Equal(registry.Digest, await again.Sandbox.PrepareAsync(default));
        }
        finally
        {
            await Trial.RemoveImageAsync(order.Image);
        }
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_pinned_image_is_pulled_by_its_digest()
    {
        await using var registry = await TinyRegistry.StartAsync();
        var image = $"{registry.Host}/tiny@{registry.Digest}";
        await using var trial = new Trial(Orders.For(image));
        try
        {
            Assert.Equal(registry.Digest, await trial.Sandbox.PrepareAsync(default));
        }
        finally
        {
            await Trial.RemoveImageAsync(image);
        }
    }

    [DockerFact(Timeout = 60_000)]
    public async Task An_image_that_its_registry_does_not_have_is_named_and_no_passing_trouble()
    {
        await using var registry = await TinyRegistry.StartAsync();
        await using var trial = new Trial(Orders.For($"{registry.Host}/tiny:2"));

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => trial.Sandbox.PrepareAsync(default));

        Assert.False(trouble.Passing);
        Assert.Contains(trial.Order.Image, trouble.Message, StringComparison.Ordinal);
        Assert.Contains("manifest unknown", trouble.Message, StringComparison.Ordinal);
    }

    [DockerFact(Timeout = 60_000)]
    public async Task A_registry_that_stays_overrun_or_down_is_no_passing_trouble()
    {
        await using var registry = await TinyRegistry.StartAsync();
        await using var trial = new Trial(Orders.For($"{registry.Host}/tiny:1"));

        registry.BadDay = 429;
        var overrun = await Assert.ThrowsAsync<SandboxException>(() => trial.Sandbox.PrepareAsync(default));
        registry.BadDay = 503;
        var broken = await Assert.ThrowsAsync<SandboxException>(() => trial.Sandbox.PrepareAsync(default));
        await registry.DisposeAsync();
        var down = await Assert.ThrowsAsync<SandboxException>(() => trial.Sandbox.PrepareAsync(default));

        Assert.All([overrun, broken, down], trouble => Assert.False(trouble.Passing, trouble.Message));
    }

    [DockerFact(Timeout = 60_000)]
    public async Task Docker_counts_as_there_when_the_image_is_or_can_be_had()
    {
        using var engine = new DockerEngine(DockerAddress.FromEnvironment());
        await using var registry = await TinyRegistry.StartAsync();
        var image = $"{registry.Host}/tiny:1";
        try
        {
            var present = await DockerProbe.AskAsync(engine, TestImages.Busybox, default);
            var pulled = await DockerProbe.AskAsync(engine, image, default);
            var missing = await DockerProbe.AskAsync(engine, $"{registry.Host}/tiny:2", default);

            Assert.True(present.Available, present.Sentence);
            Assert.Contains(TestImages.Busybox, present.Sentence, StringComparison.Ordinal);
            Assert.True(pulled.Available, pulled.Sentence);
            Assert.False(missing.Available);
            Assert.Contains("tiny:2 can't be had", missing.Sentence, StringComparison.Ordinal);
        }
        finally
        {
            await Trial.RemoveImageAsync(image);
        }
    }
}
