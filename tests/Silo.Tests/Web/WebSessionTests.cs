using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Stores;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Web;

/// <summary>S22, V9: how long a session at the web page lasts, and where.</summary>
public sealed class WebSessionTests : IAsyncLifetime
{
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
        var key = await BeginAsync(sessions);

        _time.Advance(WebSessionTicketStore.IdleTimeout - TimeSpan.FromSeconds(1));
        Assert.NotNull(await FindAsync(sessions, key));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await FindAsync(sessions, key));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_session_that_is_used_goes_on_but_not_for_ever()
    {
        var sessions = NewSessions();
        var key = await BeginAsync(sessions);
        for (var hour = 1; hour < WebSessionTicketStore.MaxLifetime.TotalHours; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            await sessions.TouchAsync((await FindAsync(sessions, key))!, default);
        }

        Assert.NotNull(await FindAsync(sessions, key));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await FindAsync(sessions, key));
        Assert.Equal(1, await Store.PruneAsync(_time.GetUtcNow(), 10, default));
    }

    [Fact(Timeout = 30_000)]
    public async Task V9_Signing_out_on_one_silo_ends_the_session_on_every_other_and_for_the_next_start()
    {
        var (one, other) = (NewSessions(), NewSessions());
        var key = await BeginAsync(one);
        Assert.Equal("ann", (await FindAsync(other, key))!.User.Name);

        await one.RemoveAsync(key);

        Assert.Null(await FindAsync(one, key));
        Assert.Null(await FindAsync(other, key));
        Assert.Null(await FindAsync(NewSessions(), key));
    }

    [Fact(Timeout = 30_000)]
    public async Task V9_A_stream_hears_of_the_end_at_once_where_it_happened_and_within_seconds_elsewhere()
    {
        var (one, other) = (NewSessions(), NewSessions());
        var key = await BeginAsync(one);
        var session = (await FindAsync(one, key))!;
        Assert.True(await one.IsAliveAsync(session, default));
        Assert.True(await other.IsAliveAsync(session, default));

        await one.RemoveAsync(key);

        Assert.False(await one.IsAliveAsync(session, default));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(await other.IsAliveAsync(session, default));
    }

    [Fact(Timeout = 30_000)]
    public async Task V9_A_stream_ends_with_the_time_of_its_session()
    {
        var sessions = NewSessions();
        var session = (await FindAsync(sessions, await BeginAsync(sessions)))!;
        _time.Advance(WebSessionTicketStore.IdleTimeout - TimeSpan.FromSeconds(2));
        Assert.True(await sessions.IsAliveAsync(session, default));

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.False(await sessions.IsAliveAsync(session, default));
    }

    [Fact(Timeout = 30_000)]
    public async Task V9_A_revoked_token_ends_its_sessions_and_begins_none()
    {
        var sessions = NewSessions();
        var key = await BeginAsync(sessions);

        await Projects.DeleteTokenAsync("t", default);

        Assert.Null(await FindAsync(sessions, key));
        await Assert.ThrowsAsync<AuthenticationFailureException>(() => BeginAsync(sessions));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_key_that_was_changed_or_is_something_else_opens_nothing()
    {
        var key = await BeginAsync(NewSessions());
        var session = (await FindAsync(NewSessions(), key))!;
        string[] wrong =
        [
            "", "%", "AAAA", key[..^1], key[1..], (key[0] == 'A' ? 'B' : 'A') + key[1..], session.Id, session.Id.ToLowerInvariant(),
            new string('A', 5000),
        ];

        foreach (var text in wrong)
        {
            Assert.Null(await FindAsync(NewSessions(), text));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task Signing_in_makes_a_new_session_and_never_takes_over_another()
    {
        var sessions = NewSessions();
        var key = await BeginAsync(sessions);

        Assert.NotEqual(key, await BeginAsync(sessions));
        await Assert.ThrowsAsync<InvalidOperationException>(() => sessions.RenewAsync(key, NewTicket()));
    }

    private static AuthenticationTicket NewTicket() => new(new ClaimsPrincipal(), WebSessionTicketStore.PropertiesFor(Token), PageAuthentication.Scheme);

    private static Task<string> BeginAsync(WebSessionTicketStore sessions) => sessions.StoreAsync(NewTicket());

    private static async Task<WebSession?> FindAsync(WebSessionTicketStore sessions, string key) =>
        await sessions.RetrieveAsync(key) is { } ticket ? WebSessionTicketStore.SessionOf(ticket.Properties) : null;

    private WebSessionTicketStore NewSessions() => new(Store, _time);
}
