using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>V9: the sessions of the web page as rows.</summary>
public abstract class WebSessionStoreContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);
    private static readonly DateTimeOffset Later = At + TimeSpan.FromHours(2);

    private IWebSessionStore Sessions => Stores.WebSessions;

    [StoreFact]
    public async Task V9_A_session_is_its_tokens_users_until_it_is_removed_for_good()
    {
        var (key, token) = (Bytes(32), await AddTokenAsync());

        Assert.Null(await Sessions.FindAsync(key, At, None));
        Assert.True(await Sessions.AddAsync(key, token.Hash, At, Later, None));

        var found = (await Sessions.FindAsync(key, At, None))!;
        Assert.Equal((UserId, At, At, Later), (found.User.Id, found.CreatedAt, found.SeenAt, found.ExpiresAt));
        Assert.Equal(key, found.KeyHash);
        Assert.True(await Sessions.RemoveAsync(key, None));
        Assert.False(await Sessions.RemoveAsync(key, None));
        await Sessions.RenewAsync(key, At, Later, None);
        Assert.Null(await Sessions.FindAsync(key, At, None));
    }

    [StoreFact]
    public async Task V9_A_session_is_over_by_its_time_unless_it_is_renewed_before()
    {
        var (key, token) = (Bytes(32), await AddTokenAsync());
        await Sessions.AddAsync(key, token.Hash, At, Later, None);
        var (seen, end) = (At + TimeSpan.FromHours(1), Later + TimeSpan.FromHours(1));

        Assert.Null(await Sessions.FindAsync(key, Later, None));
        await Sessions.RenewAsync(key, seen, end, None);
        var found = (await Sessions.FindAsync(key, Later, None))!;
        Assert.Equal((At, seen, end), (found.CreatedAt, found.SeenAt, found.ExpiresAt));
        await Sessions.RenewAsync(key, end, end + TimeSpan.FromHours(1), None);
        Assert.Null(await Sessions.FindAsync(key, end, None));
    }

    [StoreFact]
    public async Task V9_A_deleted_token_takes_its_sessions_with_it_and_no_others()
    {
        var (mine, others) = (await AddTokenAsync(), await AddTokenAsync());
        byte[] first = Bytes(32), second = Bytes(32), other = Bytes(32);
        await Sessions.AddAsync(first, mine.Hash, At, Later, None);
        await Sessions.AddAsync(second, mine.Hash, At, Later, None);
        await Sessions.AddAsync(other, others.Hash, At, Later, None);

        Assert.True(await Stores.Projects.DeleteTokenAsync(mine.Id, None));

        Assert.Null(await Sessions.FindAsync(first, At, None));
        Assert.Null(await Sessions.FindAsync(second, At, None));
        Assert.NotNull(await Sessions.FindAsync(other, At, None));
        Assert.False(await Sessions.AddAsync(Bytes(32), mine.Hash, At, Later, None));
    }

    [StoreFact]
    public async Task V9_Those_that_are_over_are_pruned_in_small_steps()
    {
        var token = await AddTokenAsync();
        await Sessions.PruneAsync(DateTimeOffset.MaxValue, 10_000, None);
        var keys = Enumerable.Range(0, 7).Select(_ => Bytes(32)).ToList();
        foreach (var (key, i) in keys.Select((key, i) => (key, i)))
        {
            await Sessions.AddAsync(key, token.Hash, At, At + TimeSpan.FromMinutes(1 + i), None);
        }

        var now = At + TimeSpan.FromMinutes(5);

        Assert.Equal(3, await Sessions.PruneAsync(now, 3, None));
        Assert.Equal(2, await Sessions.PruneAsync(now, 3, None));
        Assert.Equal(0, await Sessions.PruneAsync(now, 3, None));
        Assert.NotNull(await Sessions.FindAsync(keys[5], now, None));
    }

    [StoreFact]
    public async Task V9_A_user_has_so_many_at_most_and_the_newest_stay()
    {
        var token = await AddTokenAsync();
        var keys = Enumerable.Range(0, IWebSessionStore.MaxPerUser + 2).Select(_ => Bytes(32)).ToList();
        foreach (var (key, i) in keys.Select((key, i) => (key, i)))
        {
            await Sessions.AddAsync(key, token.Hash, At + TimeSpan.FromSeconds(i), Later, None);
        }

        Assert.Null(await Sessions.FindAsync(keys[0], At, None));
        Assert.Null(await Sessions.FindAsync(keys[1], At, None));
        Assert.NotNull(await Sessions.FindAsync(keys[2], At, None));
        Assert.NotNull(await Sessions.FindAsync(keys[^1], At, None));
    }

    private async Task<UserToken> AddTokenAsync()
    {
        var token = new UserToken(NextId(), UserId, Bytes(32), "", At);
        await Stores.Projects.AddTokenAsync(token, None);
        return token;
    }
}

public sealed class SqliteWebSessionStoreTests(SqliteFixture stores) : WebSessionStoreContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresWebSessionStoreTests(PostgresFixture stores)
    : WebSessionStoreContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
