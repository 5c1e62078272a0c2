using System.Text;
using Microsoft.AspNetCore.Routing;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>The common form of all responses: R1 to R3, U1.</summary>
public sealed class HttpResponseTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string Json = "application/json; charset=utf-8";

    [Fact(Timeout = 30_000)]
    public async Task R1_each_answer_says_its_type()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var code = (await tenant.SendZipAsync(TestZips.Small, """{"name":"hello","image":"i"}""")).Text("id");
        var task = await tenant.QueueAsync();
        var runner = await tenant.EnrolAsync(cluster);
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "complete", exitCode: 0);
        await using var client = new RawHttpClient(silo.Address);

        Assert.Equal((200, Json), await TypeAsync(client, tenant, "/tasks"));
        Assert.Equal((404, Json), await TypeAsync(client, tenant, "/nothing"));
        Assert.Equal((200, "text/plain; charset=utf-8"), await TypeAsync(client, tenant, $"/tasks/{task}/log"));
        Assert.Equal((200, "application/zip"), await TypeAsync(client, tenant, $"/codes/{code}/download"));
    }

    [Fact(Timeout = 30_000)]
    public async Task R2_answers_have_a_length_or_chunks_and_the_connection_is_kept_after_mistakes_too()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        await using var client = new RawHttpClient(silo.Address);

        foreach (var path in new[] { "", "/tasks", "/nothing", "/tasks/x/log", "/codes?page=x", "" })
        {
            var answer = await client.SendAsync(Get(tenant, path));

            Assert.True(answer.Chunked || answer.Header("Content-Length") is not null, path);
            Assert.False(answer.Closes, path);
            Assert.NotNull(answer.Json);
        }
    }

    [Theory(Timeout = 30_000)]
    [InlineData("HTTP/1.1", "")]
    [InlineData("HTTP/1.1", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n")]
    [InlineData("HTTP/1.0", "")]
    public async Task R3_http_1_is_enough(string version, string headers)
    {
        var tenant = await silo.NewTenantAsync();
        await using var client = new RawHttpClient(silo.Address);

        var answer = await client.SendAsync(Get(tenant, "", version, headers));

        Assert.Equal(("HTTP/1.1", 200), (answer.Protocol, answer.Status));
        Assert.Equal(tenant.ProjectId, answer.Json!.Value.GetProperty("id").GetString());
    }

    [Fact(Timeout = 30_000)]
    public async Task U1_nothing_is_redirected()
    {
        var tenant = await silo.NewTenantAsync();
        await using var client = new RawHttpClient(silo.Address);
        var paths = silo.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText!)
            .Where(path => path.StartsWith("/2", StringComparison.Ordinal))
            .Select(path => path.Replace("{projectId}", tenant.ProjectId, StringComparison.Ordinal))
            .Distinct()
            .ToList();

        Assert.NotEmpty(paths);
        foreach (var path in paths.SelectMany(path => new[] { path, $"{path}/", $"{path}?", $"/{path}", path.ToUpperInvariant() }))
        {
            var answer = await client.SendAsync(Get(tenant with { ProjectId = "" }, path));

            Assert.True(answer.Status is < 300 or >= 400, $"{path}: {answer.Status}");
            Assert.Null(answer.Header("Location"));
        }
    }

    private static async Task<(int Status, string? Type)> TypeAsync(RawHttpClient client, Tenant tenant, string path)
    {
        var answer = await client.SendAsync(Get(tenant, path));
        return (answer.Status, answer.Header("Content-Type"));
    }

    /// <summary>A request to the project, or to any path when there is none.</summary>
    private static byte[] Get(Tenant tenant, string path, string version = "HTTP/1.1", string headers = "")
    {
        var target = tenant.ProjectId.Length > 0 ? tenant.Project + path : path;
        return Encoding.ASCII.GetBytes(
            $"GET {target} {version}\r\nHost: 127.0.0.1:8080\r\nAuthorization: OAuth {tenant.Api.Token}\r\n{headers}\r\n");
    }
}
