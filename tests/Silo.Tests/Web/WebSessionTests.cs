using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Stores;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Web;

/// <summary>S22, V9: how long a session at the web page lasts, and where.</summary>
public sealed class WebSessionTests : IAsyncLifetime
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly byte[] Token = TokenHasher.Hash("token");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-sessions-");
    private readonly ManualTimeProvider _time = new();
    private readonly ServiceProvider _stores;

    public WebSessionTests() =>
        _stores = new ServiceCollection().AddSqliteStores(Path.Combine(_folder.FullName, "hybrid.db")).BuildServiceProvider();

    private IWebSessionStore Store => _stores.GetRequiredService<IWebSessionStore>();

    private IProjectStore Projects => _stores.GetRequiredService<IProjectStore>();

    public async Task InitializeAsync()
    {
        await _stores.GetRequiredService<IDatabaseInitializer>().MigrateAsync(default);
        await Projects.AddUserAsync(new User("u", "ann", _time.GetUtcNow()), default);
        await Projects.AddTokenAsync(new UserToken("t", "u", Token, "", _time.GetUtcNow()), default);
    }

    public async Task DisposeAsync()
    {
        await _stores.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_session_ends_when_it_was_idle_for_too_long()
    {
        var sessions = NewSessions();
        var cookie = await BeginAsync(sessions);

        _time.Advance(PageSessions.IdleTimeout - TimeSpan.FromSeconds(1));
        Assert.NotNull(await sessions.FindAsync(With(cookie)));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await sessions.FindAsync(With(cookie)));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_session_that_is_used_goes_on_but_not_for_ever()
    {
        var sessions = NewSessions();
        var cookie = await BeginAsync(sessions);
        for (var hour = 1; hour < PageSessions.MaxLifetime.TotalHours; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await sessions.TouchAsync((await sessions.FindAsync(With(cookie)))!, default);
        }

        Assert.NotNull(await sessions.FindAsync(With(cookie)));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await sessions.FindAsync(With(cookie)));
        Assert.Equal(1, await Store.PruneAsync(_time.GetUtcNow(), 10, default));
    }

    [Fact(Timeout = 30_000)]
    public async Task V9_Signing_out_on_one_silo_ends_the_session_on_every_other_and_for_the_next_start()
    {
        var (one, other) = (NewSessions(), NewSessions());
        var cookie = await BeginAsync(one);
        var seen = (await other.FindAsync(With(cookie)))!;
        Assert.Equal("ann", seen.User.Name);

        await one.EndAsync(new DefaultHttpContext(), seen);

        Assert.Null(await one.FindAsync(With(cookie)));
        Assert.Null(await other.FindAsync(With(cookie)));
        Assert.Null(await NewSessions().FindAsync(With(cookie)));
    }

    [Fact(Timeout = 30_000)]
    public async Task V9_A_stream_hears_of_the_end_at_once_where_it_happened_and_within_seconds_elsewhere()
    {
        var (one, other) = (NewSessions(), NewSessions());
        var session = (await one.FindAsync(With(await BeginAsync(one))))!;
        Assert.True(await one.IsAliveAsync(session, default));
        Assert.True(await other.IsAliveAsync(session, default));

        await one.EndAsync(new DefaultHttpContext(), session);

        Assert.False(await one.IsAliveAsync(session, default));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(await other.IsAliveAsync(session, default));
    }

    [Fact(Timeout = 30_000)]
    public async Task V9_A_stream_ends_with_the_time_of_its_session()
    {
        var sessions = NewSessions();
        var session = (await sessions.FindAsync(With(await BeginAsync(sessions))))!;
        _time.Advance(PageSessions.IdleTimeout - TimeSpan.FromSeconds(2));
        Assert.True(await sessions.IsAliveAsync(session, default));

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.False(await sessions.IsAliveAsync(session, default));
    }

    [Fact(Timeout = 30_000)]
    public async Task V9_A_revoked_token_ends_its_sessions_and_begins_none()
    {
        var sessions = NewSessions();
        var cookie = await BeginAsync(sessions);

        await Projects.DeleteTokenAsync("t", default);

        Assert.Null(await sessions.FindAsync(With(cookie)));
        var http = new DefaultHttpContext();
        Assert.False(await sessions.BeginAsync(http, Token));
        Assert.Empty(http.Response.Headers.SetCookie.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_cookie_that_was_changed_or_made_for_something_else_is_none()
    {
        var (name, value) = (await BeginAsync(NewSessions())).Split('=', 2) is [var before, var after] ? (before, after) : ("", "");
        using var seals = new PageTokenSigner(new ServerKey(Key), _time);
        var session = (await NewSessions().FindAsync(With($"{name}={value}")))!;
        string[] wrong =
        [
            "", "%", "AAAA", value[..^1], value[1..], (value[0] == 'A' ? 'B' : 'A') + value[1..], seals.Sign("form/x"),
            session.Id, session.Id.ToLowerInvariant(), new string('A', 5000),
        ];

        foreach (var text in wrong)
        {
            Assert.Null(await NewSessions().FindAsync(With($"{name}={text}")));
        }
    }

    [Theory(Timeout = 30_000)]
    [InlineData("https", null)]
    [InlineData("http", "https://jobs.example")]
    public async Task Over_https_the_cookie_is_secure_and_bound_to_its_host(string scheme, string? publicUrl)
    {
        var http = new DefaultHttpContext { Request = { Scheme = scheme } };

        await NewSessions(publicUrl).BeginAsync(http, Token);

        var cookie = http.Response.Headers.SetCookie.ToString();
        Assert.StartsWith("__Host-hybrid-session=", cookie, StringComparison.Ordinal);
        Assert.EndsWith("; path=/; secure; samesite=strict; httponly", cookie, StringComparison.Ordinal);
    }

    [Fact]
    public void A_forms_token_is_good_for_its_own_visit_and_not_for_ever()
    {
        var forms = new AntiforgeryTokens(new PageTokenSigner(new ServerKey(Key), _time));
        var token = forms.TokenFor("one");

        Assert.True(forms.IsValid("one", token));
        Assert.True(new AntiforgeryTokens(new PageTokenSigner(new ServerKey(Key), _time)).IsValid("one", token));
        Assert.False(new AntiforgeryTokens(new PageTokenSigner(new ServerKey([.. Key.Reverse()]), _time)).IsValid("one", token));
        Assert.False(forms.IsValid("other", token));
        Assert.False(forms.IsValid("one", null));
        _time.Advance(PageSessions.MaxLifetime + TimeSpan.FromSeconds(1));
        Assert.False(forms.IsValid("one", token));
    }

    private static HttpContext With(string cookie) =>
        new DefaultHttpContext { Request = { Headers = { Cookie = cookie } } };

    private static async Task<string> BeginAsync(PageSessions sessions)
    {
        var http = new DefaultHttpContext();
        Assert.True(await sessions.BeginAsync(http, Token));
        return http.Response.Headers.SetCookie.ToString().Split(';')[0];
    }

    private PageSessions NewSessions(string? publicUrl = null) => new(
        Store, new PageCookies(new ServerOptions { PublicUrl = publicUrl }), _time);
}
