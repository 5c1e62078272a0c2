using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

public sealed class ApiVersionTests
{
    private const string Ping = "GET /_ping";

    [Theory(Timeout = 20_000)]
    [InlineData("1.41", "1.12", "1.41")]
    [InlineData("1.41", null, "1.41")]
    [InlineData("1.52", "1.24", "1.41")]
    [InlineData("1.52", "1.44", "1.44")]
    public async Task The_oldest_version_that_both_sides_speak_is_spoken(string newest, string? oldest, string spoken)
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.ApiVersion = newest;
        fake.MinApiVersion = oldest;
        fake.OnText(Ping, "OK");
        using var engine = fake.Client();

        await engine.PingAsync(default);
        await engine.PingAsync(default);

        Assert.Equal(["GET /version", $"GET /v{spoken}/_ping", $"GET /v{spoken}/_ping"], fake.Requests);
    }

    [Fact(Timeout = 20_000)]
    public async Task An_engine_older_than_20_10_is_named_as_such()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.ApiVersion = "1.40";
        using var engine = fake.Client();

        var trouble = await Assert.ThrowsAsync<DockerException>(() => engine.PingAsync(default));

        Assert.Contains("1.40", trouble.Message, StringComparison.Ordinal);
        Assert.Contains("Docker 20.10", trouble.Message, StringComparison.Ordinal);
        Assert.True(trouble.IsTransient);
    }

    [Fact(Timeout = 20_000)]
    public async Task An_engine_that_is_upgraded_underneath_us_is_asked_again()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.OnText(Ping, "OK");
        using var engine = fake.Client();
        await engine.PingAsync(default);

        (fake.ApiVersion, fake.MinApiVersion) = ("1.52", "1.44");
        var trouble = await Assert.ThrowsAsync<DockerException>(() => engine.PingAsync(default));
        await engine.PingAsync(default);

        Assert.True(trouble.IsTransient);
        Assert.Equal("GET /v1.44/_ping", fake.Requests.Last());
    }
}
