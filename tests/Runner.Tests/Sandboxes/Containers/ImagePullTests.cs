using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Tests.Sandboxes.Containers;

public sealed class ImagePullTests
{
    private const string Inspect = "GET /images/registry.test/tools/a:1/json";
    private const string Pull = "POST /images/create";
    private const string Image = "registry.test/tools/a:1";

    [Fact(Timeout = 20_000)]
    public async Task An_image_that_is_present_is_not_pulled_and_gives_its_digest()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.OnJson(Inspect, new { Id = "sha256:1d", RepoDigests = new[] { "registry.test/tools/a@sha256:d1" } });

        Assert.Equal("sha256:d1", await PrepareAsync(fake));
        Assert.DoesNotContain(fake.Requests, request => request.Contains("/images/create", StringComparison.Ordinal));
    }

    [Fact(Timeout = 20_000)]
    public async Task An_image_that_is_absent_is_pulled_by_name_and_tag()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        OnPull(fake, """{"status":"Pulling"}""" + "\r\n" + """{"status":"Done","progressDetail":{}}""" + "\r\n");

        Assert.Equal("sha256:1d", await PrepareAsync(fake));
        Assert.Contains(
            "POST /v1.41/images/create?fromImage=registry.test%2Ftools%2Fa&tag=1", fake.Requests);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_login_goes_along_with_the_pull_and_with_nothing_else()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        var seen = new List<string>();
        fake.On(Pull, context =>
        {
            seen.Add(context.Request.Headers["X-Registry-Auth"].ToString());
            fake.OnJson(Inspect, new { Id = "sha256:1d" });
            return Task.CompletedTask;
        });
        var login = new RegistryLogin { Username = "ann", Password = "s3>?cret~", Serveraddress = "registry.test" };

        await PrepareAsync(fake, login: login);
        fake.OnError(Inspect, 404, "no such image");
        await PrepareAsync(fake);

        Assert.Equal(2, seen.Count);
        Assert.DoesNotMatch("[+/]", seen[0]);
        var sent = JsonNode.Parse(Convert.FromBase64String(seen[0].Replace('-', '+').Replace('_', '/')))!;
        Assert.Equal(("ann", "s3>?cret~"), ((string?)sent["username"], (string?)sent["password"]));
        Assert.Equal("", seen[1]);
    }

    [Fact(Timeout = 20_000)]
    public async Task A_moved_tag_is_followed_when_the_policy_says_always()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        OnPull(fake, "");
        fake.OnJson(Inspect, new { Id = "sha256:1d" });

        await PrepareAsync(fake, new DockerOptions { Pull = PullPolicy.Always });

        Assert.Contains(fake.Requests, request => request.Contains("/images/create", StringComparison.Ordinal));
    }

    [Fact(Timeout = 20_000)]
    public async Task A_runner_that_never_pulls_says_that_the_image_is_absent()
    {
        await using var fake = await FakeDockerEngine.StartAsync();

        var trouble = await Assert.ThrowsAsync<SandboxException>(
            () => PrepareAsync(fake, new DockerOptions { Pull = PullPolicy.Never }));

        Assert.False(trouble.IsTransient);
        Assert.Contains(Image, trouble.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = 20_000)]
    [InlineData("manifest for registry.test/tools/a:1 not found: manifest unknown: manifest unknown", 1)]
    [InlineData("pull access denied for a, repository does not exist or may require 'docker login'", 1)]
    [InlineData("no matching manifest for linux/amd64 in the manifest list entries", 1)]
    [InlineData("toomanyrequests: You have reached your pull rate limit.", 5)]
    [InlineData("Get \"https://registry.test/v2/\": dial tcp: lookup registry.test: no such host", 5)]
    [InlineData("unexpected EOF", 5)]
    public async Task An_error_in_the_middle_of_the_progress_is_the_images_when_its_registry_does_not_come_round(
        string reason, int pulls)
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        OnPull(fake, $$"""
            {"status":"Pulling from tools/a","id":"1"}
            {"errorDetail":{"message":{{System.Text.Json.JsonSerializer.Serialize(reason)}}},"error":"short"}
            """);

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => PrepareAsync(fake));

        Assert.False(trouble.IsTransient);
        Assert.Equal($"The image {Image} can't be pulled: {reason}", trouble.Message);
        Assert.Equal(pulls, fake.Requests.Count(request => request.Contains("/images/create", StringComparison.Ordinal)));
    }

    [Theory(Timeout = 20_000)]
    [InlineData(404, "pull access denied for a", false)]
    [InlineData(500, "Get \"https://registry.test/v2/\": EOF", false)]
    [InlineData(500, "unauthorized: authentication required", false)]
    [InlineData(503, "the engine is shutting down", true)]
    public async Task A_pull_that_is_rejected_is_the_images_fault_but_for_an_engine_that_goes(int status, string reason, bool passing)
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.OnError(Inspect, 404, "no such image");
        fake.OnError(Pull, status, reason);

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => PrepareAsync(fake));

        Assert.Equal(passing, trouble.IsTransient);
        Assert.Contains(Image, trouble.Message, StringComparison.Ordinal);
        Assert.Contains(reason, trouble.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = 20_000)]
    public async Task F34_a_registry_that_is_down_for_a_moment_is_asked_again()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.On(Pull, context =>
        {
            OnPull(fake, "");
            return FakeDockerEngine.JsonAsync(context, new { message = "dial tcp 192.0.2.1:443: connection refused" }, 500);
        });

        Assert.Equal("sha256:1d", await PrepareAsync(fake));
    }

    [Fact(Timeout = 20_000)]
    public async Task An_engine_that_can_not_search_for_images_is_a_transient_error()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.OnError(Inspect, 500, "input/output error");

        Assert.True((await Assert.ThrowsAsync<SandboxException>(() => PrepareAsync(fake))).IsTransient);
    }

    [Fact(Timeout = 20_000)]
    public async Task Pull_progress_that_breaks_off_is_a_transient_error()
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        fake.On(Pull, async context =>
        {
            await context.Response.WriteAsync("{\"status\":\"Downlo");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        var trouble = await Assert.ThrowsAsync<SandboxException>(() => PrepareAsync(fake));

        Assert.True(trouble.IsTransient);
    }

    [Theory(Timeout = 20_000)]
    [InlineData("--privileged")]
    [InlineData("a b")]
    [InlineData("../../containers/json")]
    [InlineData("")]
    public async Task A_bad_image_reference_never_reaches_the_engine(string image)
    {
        await using var fake = await FakeDockerEngine.StartAsync();
        using var engine = fake.Client();

        var trouble = await Assert.ThrowsAsync<SandboxException>(
            () => Sandboxes(engine).Create(ContainerAssignments.For(image), "s").PrepareAsync(default));

        Assert.False(trouble.IsTransient);
        Assert.Contains($"\"{image}\"", trouble.Message, StringComparison.Ordinal);
        Assert.Empty(fake.Requests);
    }

    private static void OnPull(FakeDockerEngine fake, string progress) => fake.On(Pull, context =>
    {
        fake.OnJson(Inspect, new { Id = "sha256:1d", RepoDigests = Array.Empty<string>() });
        return context.Response.WriteAsync(progress);
    });

    private static async Task<string?> PrepareAsync(
        FakeDockerEngine fake, DockerOptions? options = null, RegistryLogin? login = null)
    {
        using var engine = fake.Client(new DockerTimeouts { PullRetryDelay = TimeSpan.FromMilliseconds(1) });
        await using var sandbox = Sandboxes(engine, options).Create(ContainerAssignments.For(Image) with { Login = login }, ContainerAssignments.NewSessionId());
        return await sandbox.PrepareAsync(default);
    }

    private static DockerSandboxFactory Sandboxes(DockerEngine engine, DockerOptions? options = null) =>
        new(engine, options ?? new DockerOptions(), NullLogger<DockerSandboxFactory>.Instance);
}
