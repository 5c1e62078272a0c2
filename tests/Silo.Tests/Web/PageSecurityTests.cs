using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Web;

/// <summary>The rules of all pages: strict headers, own forms only, and only what is the visitor's.</summary>
public sealed class PageSecurityTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string Random = "0123456789abcdef01234567";

    public static TheoryData<string> Forms() =>
        ["/clusters", "/sign-out", "/projects/{project}/tasks/{task}/cancel", "/projects/{project}/tasks/{task}/retry"];

    public static TheoryData<string> Pages() =>
    [
        "/sign-in", "/", "/clusters", "/clusters/{cluster}", "/clusters/nothing", "/projects/{project}/tasks",
        "/projects/{project}/tasks/{task}", "/projects/{project}/tasks/{task}/log",
    ];

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Pages))]
    public async Task S21_every_page_lets_nothing_foreign_in_and_is_kept_by_nobody(string path)
    {
        var (visitor, fill, _) = await ReadyAsync();

        var page = await visitor.GetAsync(fill(path));

        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
            page.Header("Content-Security-Policy"));
        Assert.Equal("nosniff", page.Header("X-Content-Type-Options"));
        Assert.Equal("same-origin", page.Header("Referrer-Policy"));
        Assert.Equal("no-store", page.Header("Cache-Control"));
        Assert.DoesNotContain("<style", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotMatch("(?i)<script(?! src=\"/assets/)|\\sstyle=|\\son[a-z]+=", page.Body);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_pages_own_files_are_kept_and_their_address_follows_their_content()
    {
        using var visitor = new PageClient(silo.Address);
        var page = await visitor.GetAsync("/sign-in");

        foreach (var (file, type) in ((string File, string Type)[])
            [("page.css", "text/css"), ("page.js", "text/javascript"), ("icon.svg", "image/svg+xml")])
        {
            Assert.Matches($"\"/assets/{file}\\?v=[0-9a-f]{{12}}\"", page.Body);
            var asset = await visitor.GetAsync($"/assets/{file}");
            Assert.Equal((200, type), (asset.Status, asset.Response.Content.Headers.ContentType!.MediaType));
            Assert.Equal("public, max-age=31536000, immutable", asset.Header("Cache-Control"));
            Assert.NotEmpty(asset.Body);
        }
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(Forms))]
    public async Task S21_a_form_from_elsewhere_changes_nothing(string path)
    {
        var (visitor, fill, tenant) = await ReadyAsync();
        using var stranger = await PageClient.SignedInAsync(silo, await silo.NewTenantAsync());

        foreach (var token in (string[])["", "x", stranger.FormToken])
        {
            visitor.FormToken = token;
            Assert.Equal(400, (await visitor.PostAsync(fill(path), ("name", "forged"))).Status);
        }

        Assert.Equal("queued", (await tenant.TaskAsync(fill("{task}"))).GetProperty("status").GetString());
        var page = await visitor.GetAsync("/clusters");
        Assert.Equal(200, page.Status);
        Assert.DoesNotContain("forged", page.Body, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task S21_nobody_is_signed_in_by_a_form_from_elsewhere()
    {
        var tenant = await silo.NewTenantAsync();
        using var visitor = new PageClient(silo.Address);

        Assert.Equal(400, (await visitor.PostAsync("/sign-in", ("token", tenant.Api.Token))).Status);
        Assert.DoesNotContain("hybrid-session", visitor.Cookies.Keys);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("GET", "/projects/{project}/tasks")]
    [InlineData("GET", "/projects/{project}/tasks/{task}")]
    [InlineData("GET", "/projects/{mine}/tasks/{task}")]
    [InlineData("GET", "/projects/{mine}/tasks/{task}/log")]
    [InlineData("GET", "/projects/{mine}/tasks/{task}/events")]
    [InlineData("POST", "/projects/{mine}/tasks/{task}/cancel")]
    [InlineData("POST", "/projects/{mine}/tasks/{task}/retry")]
    [InlineData("GET", "/clusters/{cluster}")]
    [InlineData("GET", "/clusters/{cluster}/events")]
    public async Task I9_what_is_somebody_elses_looks_like_what_never_was(string method, string path)
    {
        var (_, fill, other) = await ReadyAsync();
        var mine = await silo.NewTenantAsync();
        using var visitor = await PageClient.SignedInAsync(silo, mine);
        path = path.Replace("{mine}", mine.ProjectId, StringComparison.Ordinal);

        var foreign = await AskAsync(fill(path));
        var random = await AskAsync(
            path.Replace("{project}", Random).Replace("{task}", Random).Replace("{cluster}", Random));

        Assert.Equal(404, foreign.Status);
        Assert.Equal(Plain(random), Plain(foreign));
        Assert.Equal("queued", (await other.TaskAsync(fill("{task}"))).GetProperty("status").GetString());

        Task<PageResponse> AskAsync(string to) => method == "GET" ? visitor.GetAsync(to) : visitor.PostAsync(to);

        // The token in the frame's own form is another each time.
        string Plain(PageResponse page) => System.Text.RegularExpressions.Regex.Replace(page.Body, "value=\"[^\"]*\"", "");
    }

    private async Task<(PageClient Visitor, Func<string, string> Fill, Tenant Tenant)> ReadyAsync()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        var task = await tenant.QueueAsync();
        return (await PageClient.SignedInAsync(silo, tenant), Fill, tenant);

        string Fill(string path) => path.Replace("{project}", tenant.ProjectId).Replace("{task}", task)
            .Replace("{cluster}", cluster);
    }
}
