using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron;

/// <summary>U1 to U4, S19, and the answers that a stock server leaves empty.</summary>
public sealed class RoutingTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task U2_a_question_mark_without_a_query_routes_like_none()
    {
        var tenant = await silo.NewTenantAsync();

        Assert.Equal(200, (await tenant.Api.GetAsync($"{tenant.Project}?")).Status);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://Some-Host.example")]
    public async Task U3_the_absolute_form_of_a_request_routes(string authority)
    {
        var tenant = await silo.NewTenantAsync();

        var answer = await silo.SendRawAsync(
            $"GET {authority}{tenant.Project}? HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n"
            + $"Authorization: OAuth {tenant.Api.Token}\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer);
        Assert.Contains(tenant.ProjectId, answer);
    }

    [Fact(Timeout = 30_000)]
    public async Task U4_the_version_needs_no_token()
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await tenant.Api.WithToken(null).GetAsync("/version");

        Assert.Equal("0.1.0", reply.Text("version"));
        Assert.False(reply.Json.TryGetProperty("engine", out _));
        Assert.StartsWith(TestSilo.OnPostgres ? "PostgreSQL 1" : "SQLite", reply.Text("store"), StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("GET", "/nonsense", 404, "Not found")]
    [InlineData("GET", "/2/nonsense", 404, "Not found")]
    [InlineData("PUT", "/2/projects", 405, "Method not allowed")]
    [InlineData("PUT", "/2/projects/0123456789abcdef01234567/tasks", 405, "Method not allowed")]
    [InlineData("POST", "/2/projects/0123456789abcdef01234567/codes/0123", 405, "Method not allowed")]
    [InlineData("GET", "/runner/v1/claim", 405, "Method not allowed")]
    public async Task An_unknown_route_is_answered_in_json(string method, string path, int status, string msg)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await tenant.Api.SendAsync(new HttpMethod(method), path, null);

        Assert.Equal((status, msg), (reply.Status, reply.Msg));
        Assert.Equal("application/json; charset=utf-8", reply.Type);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/2/x/%2e%2e/projects/{0}")]
    [InlineData("/2/x/../projects/{0}")]
    [InlineData("/2//projects/{0}")]
    [InlineData("/2/projects/{0};x=1")]
    [InlineData("/2/projects/{0}%2Ftasks")]
    [InlineData("/2/Projects/{0}")]
    [InlineData("/2/projects/%30{0}")]
    [InlineData("http://host/2/x/../projects/{0}")]
    [InlineData("/2/projects/{0}%00")]
    public async Task S19_a_path_that_is_not_spelt_as_it_is_meant_is_unknown(string path)
    {
        var tenant = await silo.NewTenantAsync();
        var target = path.Replace("{0}", tenant.ProjectId);

        var answer = await silo.SendRawAsync(
            $"GET {target} HTTP/1.1\r\nHost: host\r\n"
            + $"Authorization: OAuth {tenant.Api.Token}\r\nConnection: close\r\n\r\n");

        Assert.Matches("^HTTP/1.1 (404|400) ", answer);
        Assert.DoesNotContain("\"name\"", answer);
    }

    [Fact(Timeout = 30_000)]
    public async Task S18_forwarded_headers_change_nothing()
    {
        var tenant = await silo.NewTenantAsync();
        var request =
            $"GET {tenant.Project} HTTP/1.1\r\nHost: host\r\nAuthorization: OAuth {tenant.Api.Token}\r\n"
            + "X-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 1.2.3.4\r\n"
            + "Connection: close\r\n\r\n";

        var answer = await silo.SendRawAsync(request);

        Assert.StartsWith("HTTP/1.1 200 ", answer);
        Assert.DoesNotContain("evil.example", answer);
    }

    [Fact(Timeout = 30_000)]
    public async Task No_answer_is_compressed_whatever_is_asked_for()
    {
        var tenant = await silo.NewTenantAsync();

        var answer = await silo.SendRawAsync(
            $"GET {tenant.Project} HTTP/1.1\r\nHost: host\r\nAuthorization: OAuth {tenant.Api.Token}\r\n"
            + "Accept-Encoding: gzip, deflate, br\r\nAccept: appliction/json\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer);
        Assert.DoesNotContain("Content-Encoding", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"name\":\"jobs\"", answer);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("{}")]
    [InlineData("{\"oauth\":\"x\"}")]
    [InlineData("not json")]
    public async Task A_body_on_a_call_that_reads_none_does_no_harm(string body)
    {
        var tenant = await silo.NewTenantAsync();
        var content = ApiClient.Body(System.Text.Encoding.UTF8.GetBytes(body), "application/json");

        var reply = await tenant.Api.SendAsync(HttpMethod.Get, tenant.Project, content);

        Assert.Equal(200, reply.Status);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/healthz", "alive")]
    [InlineData("/readyz", "ready")]
    public async Task Probes_answer_without_a_token(string path, string text)
    {
        var tenant = await silo.NewTenantAsync();

        var reply = await tenant.Api.WithToken(null).GetAsync(path);

        Assert.Equal((200, text), (reply.Status, reply.Body));
    }
}
