using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Web;

/// <summary>S22: into the web page by a token, and out again.</summary>
public sealed class SignInTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Theory(Timeout = 30_000)]
    [InlineData("/", "")]
    [InlineData("/tasks", "?to=%2Ftasks")]
    [InlineData("/clusters", "?to=%2Fclusters")]
    [InlineData("/clusters/0123456789abcdef01234567", "?to=%2Fclusters%2F0123456789abcdef01234567")]
    [InlineData("/projects/0123456789abcdef01234567/tasks?status=error", "?to=%2Fprojects%2F0123456789abcdef01234567%2Ftasks%3Fstatus%3Derror")]
    public async Task Anonymous_visitors_are_redirected_to_sign_in(string path, string to)
    {
        using var visitor = new PageClient(silo.Address);

        var answer = await visitor.GetAsync(path);

        Assert.Equal((303, $"/sign-in{to}"), (answer.Status, answer.Location));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_token_opens_the_pages_and_is_not_in_the_cookie()
    {
        var tenant = await silo.NewTenantAsync();
        using var visitor = new PageClient(silo.Address);

        var answer = await visitor.SignInAsync($" {tenant.Api.Token}\n");

        Assert.Equal((303, "/"), (answer.Status, answer.Location));
        var cookie = Assert.Single(answer.SetCookies);
        Assert.StartsWith("hybrid-session=", cookie, StringComparison.Ordinal);
        Assert.EndsWith("; path=/; samesite=strict; httponly", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(tenant.Api.Token, cookie, StringComparison.Ordinal);
        Assert.Equal($"/projects/{tenant.ProjectId}/tasks", (await visitor.GetAsync("/")).Location);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("wrong")]
    public async Task S1_a_wrong_token_opens_nothing(string token)
    {
        using var visitor = new PageClient(silo.Address);

        var answer = await visitor.SignInAsync(token);

        Assert.Equal(403, answer.Status);
        Assert.Contains("opens nothing", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("hybrid-session", visitor.Cookies.Keys);
    }

    [Fact(Timeout = 30_000)]
    public async Task S7_credentials_of_other_kinds_do_not_open_the_pages()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        var runner = await tenant.EnrolAsync(cluster);
        using var visitor = new PageClient(silo.Address);

        Assert.Equal(403, (await visitor.SignInAsync(await tenant.ClusterTokenAsync(cluster))).Status);
        Assert.Equal(403, (await visitor.SignInAsync(runner.Api.Token)).Status);
        Assert.Equal(303, (await visitor.SignInAsync(tenant.Api.Token)).Status);
        Assert.Equal(401, (await tenant.Api.WithToken(visitor.Cookies["hybrid-session"]).GetAsync("/2/projects")).Status);
    }

    [Fact(Timeout = 60_000)]
    public async Task S1_an_address_that_sends_many_wrong_tokens_has_to_wait()
    {
        await using var own = await TestSilo.StartAsync();
        var tenant = await own.NewTenantAsync();
        using var visitor = new PageClient(own.Address);
        for (var i = 0; i < SignInRateLimiter.MaxFailuresPerMinute; i++)
        {
            Assert.Equal(403, (await visitor.SignInAsync($"wrong {i}")).Status);
        }

        var answer = await visitor.SignInAsync(tenant.Api.Token);

        Assert.Equal((429, "60"), (answer.Status, answer.Header("Retry-After")));
    }

    [Fact(Timeout = 30_000)]
    public async Task Signing_out_ends_the_session_for_a_copy_of_its_cookie_too()
    {
        using var visitor = await PageClient.SignedInAsync(silo, await silo.NewTenantAsync());
        var copy = visitor.Cookies["hybrid-session"];

        var answer = await visitor.PostAsync("/sign-out");

        Assert.Equal((303, "/sign-in"), (answer.Status, answer.Location));
        Assert.DoesNotContain("hybrid-session", visitor.Cookies.Keys);
        visitor.Cookies["hybrid-session"] = copy;
        Assert.Equal("/sign-in?to=%2Fclusters", (await visitor.GetAsync("/clusters")).Location);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_revoked_token_takes_its_sessions_with_it()
    {
        var tenant = await silo.NewTenantAsync();
        using var visitor = await PageClient.SignedInAsync(silo, tenant);
        var projects = silo.Get<IProjectStore>();

        await projects.DeleteTokenAsync((await projects.ListTokensAsync(tenant.UserId, default)).Single().Id, default);
        silo.Get<EntityCache>().Users.Invalidate(Convert.ToHexString(TokenHasher.Hash(tenant.Api.Token)));

        Assert.Equal("/sign-in?to=%2Fclusters", (await visitor.GetAsync("/clusters")).Location);
    }

    [Fact(Timeout = 30_000)]
    public async Task S22_a_cookie_from_before_signing_in_is_worth_nothing_afterwards()
    {
        var tenant = await silo.NewTenantAsync();
        using var visitor = new PageClient(silo.Address);
        visitor.Cookies["hybrid-session"] = "chosen-by-somebody-else";

        await visitor.SignInAsync(tenant.Api.Token);

        Assert.NotEqual("chosen-by-somebody-else", visitor.Cookies["hybrid-session"]);
        visitor.Cookies["hybrid-session"] = "chosen-by-somebody-else";
        Assert.Equal("/sign-in?to=%2Fclusters", (await visitor.GetAsync("/clusters")).Location);
    }

    [Fact(Timeout = 30_000)]
    public async Task S22_whoever_signs_in_over_a_session_gets_another_one_and_the_old_one_stays_its_users()
    {
        var (first, second) = (await silo.NewTenantAsync(), await silo.NewTenantAsync());
        using var visitor = await PageClient.SignedInAsync(silo, first);
        var before = visitor.Cookies["hybrid-session"];

        Assert.Equal(303, (await visitor.SignInAsync(second.Api.Token)).Status);

        Assert.Equal($"/projects/{second.ProjectId}/tasks", (await visitor.GetAsync("/")).Location);
        visitor.Cookies["hybrid-session"] = before;
        Assert.Equal($"/projects/{first.ProjectId}/tasks", (await visitor.GetAsync("/")).Location);
    }

    [Fact(Timeout = 60_000)]
    public async Task Over_https_cookies_are_secure_and_bound_to_their_host_also_behind_a_proxy()
    {
        await using var own = await TestSilo.StartAsync(null, ("HYBRID_PUBLIC_URL", "https://jobs.example"));
        var tenant = await own.NewTenantAsync();
        using var visitor = new PageClient(own.Address);

        var form = Assert.Single((await visitor.GetAsync("/sign-in")).SetCookies);
        var session = Assert.Single((await visitor.PostAsync("/sign-in", ("token", tenant.Api.Token))).SetCookies);
        var created = Assert.Single((await CreateClusterAsync(visitor)).SetCookies);

        Assert.StartsWith("__Host-hybrid-form=", form, StringComparison.Ordinal);
        Assert.StartsWith("__Host-hybrid-session=", session, StringComparison.Ordinal);
        Assert.StartsWith("__Host-hybrid-new-cluster=", created, StringComparison.Ordinal);
        Assert.All([form, session, created], cookie =>
            Assert.EndsWith("; path=/; secure; samesite=strict; httponly", cookie, StringComparison.Ordinal));
    }

    private static async Task<PageResponse> CreateClusterAsync(PageClient visitor)
    {
        await visitor.GetAsync("/clusters");
        return await visitor.PostAsync("/clusters", ("name", "site"));
    }

    [Fact(Timeout = 30_000)]
    public async Task S3_no_token_gets_into_the_log()
    {
        await using var own = await TestSilo.StartAsync();
        var tenant = await own.NewTenantAsync();
        using var visitor = await PageClient.SignedInAsync(own, tenant);

        Assert.DoesNotContain(own.Logs.All, line => line.Contains(tenant.Api.Token, StringComparison.Ordinal)
            || line.Contains(visitor.Cookies["hybrid-session"], StringComparison.Ordinal));
    }
}
