using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api;

/// <summary>B10 and its like: what monitors, browsers and clients meet at the edge of the server.</summary>
public sealed class HeadRequestsTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    [Theory(Timeout = 30_000)]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/version")]
    [InlineData("/openapi.json")]
    [InlineData("/sign-in")]
    [InlineData("/assets/page.css")]
    [InlineData("/clusters")]
    [InlineData("/nothing")]
    [InlineData("/2/projects")]
    public async Task B10_head_answers_as_get_does_without_a_body(string path)
    {
        using var get = await SendAsync(HttpMethod.Get, path);
        using var head = await SendAsync(HttpMethod.Head, path);

        Assert.NotEqual(405, (int)head.StatusCode);
        Assert.Equal(get.StatusCode, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Equal(get.Headers.Location, head.Headers.Location);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/runner/v1/claim")]
    [InlineData("/2/projects/0123456789abcdef01234567/tasks/0123456789abcdef01234567/events")]
    [InlineData("/clusters/0123456789abcdef01234567/events")]
    public async Task Streams_and_other_methods_than_get_have_no_head(string path)
    {
        using var head = await SendAsync(HttpMethod.Head, path);

        Assert.Equal(405, (int)head.StatusCode);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/nothing", "text/html", true)]
    [InlineData("/projects/x/y/z", "text/html,application/xhtml+xml,*/*;q=0.8", true)]
    [InlineData("/nothing", "application/json", false)]
    [InlineData("/nothing", "*/*", false)]
    [InlineData("/2/nothing", "text/html", false)]
    [InlineData("/runner/v1/nothing", "text/html", false)]
    [InlineData("/launcher/v1/nothing", "text/html", false)]
    public async Task A_missing_path_is_a_page_for_a_browser_and_json_for_other_clients(string path, string accept, bool isPage)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, accept);

        var body = await answer.Content.ReadAsStringAsync();
        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Equal(isPage ? "text/html" : "application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(isPage, body.Contains("There is no such page.", StringComparison.Ordinal));
        Assert.Equal(isPage, answer.Headers.Contains("Content-Security-Policy"));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_upload_over_the_limit_says_the_limit_also_to_a_client_that_is_still_writing()
    {
        await using var own = await TestSilo.StartAsync(null, ("HYBRID_UPLOAD_LIMIT", "4096"));
        var tenant = await own.NewTenantAsync();
        using var client = new HybridClient(
            new HybridClientOptions { BaseUrl = own.Address, Token = tenant.Api.Token, ProjectId = tenant.ProjectId });

        var refused = await Assert.ThrowsAsync<HybridException>(() => client.Codes.UploadAsync(
            new NewCode { Name = "hello", Image = "busybox" }, new byte[64 << 20], default));

        Assert.Contains("file may be 4096 bytes long (HYBRID_UPLOAD_LIMIT)", refused.Message, StringComparison.Ordinal);
        Assert.Equal(413, (int?)refused.Status);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_over_another_calls_limit_says_that_limit_whether_its_length_is_told_or_not(bool isTold)
    {
        var tenant = await silo.NewTenantAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(silo.Address, "/2/clusters"))
        {
            Content = new ByteArrayContent(new byte[1 << 20]),
            Headers = { { "Authorization", $"OAuth {tenant.Api.Token}" } },
        };
        request.Headers.ExpectContinue = isTold;
        request.Headers.TransferEncodingChunked = !isTold;

        using var answer = await Http.SendAsync(request);

        Assert.Equal(413, (int)answer.StatusCode);
        Assert.Matches("this call accepts at most [0-9]+ bytes", await answer.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? accept = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(silo.Address, path));
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await Http.SendAsync(request);
    }
}
