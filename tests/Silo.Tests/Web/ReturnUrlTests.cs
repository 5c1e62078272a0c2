using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Silo.Web;

namespace OrleansHybrid.Silo.Tests.Web;

/// <summary>A link survives the sign-in, and leads nowhere but to this host.</summary>
public sealed class ReturnUrlTests(TestSilo silo) : IClassFixture<TestSilo>
{
    public static TheoryData<string> Elsewhere() =>
    [
        "", "clusters", "//evil.example", "///evil.example", "/\\evil.example", "/\\/evil.example", "\\\\evil.example", "/a\\b",
        "https://evil.example", "http:evil.example", "javascript:alert(1)", "/\tevil", "/\n/evil.example", "/a\r\nSet-Cookie: a=b", "/a b",
        "/\u0000", "/ä", "/\u202egnp", " /clusters", "/sign-in", "/sign-in?to=/clusters", "/SIGN-IN", "/sign-out",
    ];

    [Theory]
    [MemberData(nameof(Elsewhere))]
    public void Urls_of_other_sites_and_of_the_sign_in_page_are_rejected(string text) => Assert.Equal("/", ReturnUrl.OrDefault(text));

    [Fact]
    public void Urls_longer_than_our_links_are_rejected() => Assert.False(ReturnUrl.IsLocal("/" + new string('a', 2000)));

    [Theory]
    [InlineData("/")]
    [InlineData("/clusters/0123456789abcdef01234567")]
    [InlineData("/projects/0123456789abcdef01234567/tasks?status=error&code=a%20b")]
    [InlineData("/a/%2F%2Fevil.example")]
    public void A_path_of_ours_is_kept_as_it_is(string text) => Assert.Equal(text, ReturnUrl.OrDefault(text));

    [Fact(Timeout = 30_000)]
    public async Task A_link_to_a_task_leads_to_it_once_somebody_has_signed_in_also_at_the_second_try()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var link = $"/projects/{tenant.ProjectId}/tasks/{await tenant.QueueAsync()}";
        using var visitor = new PageClient(silo.Address);

        var sent = await visitor.GetAsync(link);
        var page = await visitor.GetAsync(sent.Location!);
        var wrong = await visitor.PostAsync("/sign-in", ("token", "wrong"), ("to", ToIn(page)));
        var signedIn = await visitor.PostAsync("/sign-in", ("token", tenant.Api.Token), ("to", ToIn(wrong)));

        Assert.Equal((303, link), (signedIn.Status, signedIn.Location));
        Assert.Equal(200, (await visitor.GetAsync(signedIn.Location!)).Status);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example/")]
    [InlineData("/a\r\nSet-Cookie: a=b")]
    public async Task A_link_to_elsewhere_leads_to_the_first_page(string to)
    {
        var tenant = await silo.NewTenantAsync();
        using var visitor = new PageClient(silo.Address);

        var page = await visitor.GetAsync($"/sign-in?to={Uri.EscapeDataString(to)}");
        var signedIn = await visitor.PostAsync("/sign-in", ("token", tenant.Api.Token), ("to", to));

        Assert.Equal("/", ToIn(page));
        Assert.Equal((303, "/"), (signedIn.Status, signedIn.Location));
    }

    private static string ToIn(PageResponse page) => System.Net.WebUtility.HtmlDecode(
        System.Text.RegularExpressions.Regex.Match(page.Body, "name=\"to\" value=\"([^\"]*)\"").Groups[1].Value);
}
