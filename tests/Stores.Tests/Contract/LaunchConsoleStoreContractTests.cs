using System.Text;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>The console texts of launches, and what grains keep for themselves.</summary>
public abstract class LaunchConsoleStoreContractTests(StoreFixture stores) : StoreTestBase(stores)
{
    [StoreFact]
    public async Task A_text_grows_at_its_end_whoever_adds_to_it_and_however_often()
    {
        var launch = NextId();

        Assert.True(await AddAsync(launch, 0, "one\n"));
        Assert.True(await AddAsync(launch, 0, "one\n"));
        Assert.True(await AddAsync(launch, 2, "e\ntwo\n"));
        Assert.False(await AddAsync(launch, 9, "after a gap"));
        Assert.True(await AddAsync(launch, 8, ""));

        Assert.Equal("one\ntwo\n", await ReadAsync(launch, 0));
        Assert.Equal("\ntw", await ReadAsync(launch, 3, 3));
        Assert.Equal("", await ReadAsync(launch, 8));
        Assert.Equal("", await ReadAsync(NextId(), 0));
        Assert.Empty(await Stores.Texts.ReadAsync(launch, 2, 0, 100, None));
    }

    [StoreFact]
    public async Task What_is_beyond_the_limit_is_not_kept_and_its_writer_goes_on()
    {
        var (launch, text) = (NextId(), Bytes(700_000));

        Assert.True(await Stores.Texts.AppendAsync(launch, 1, 0, text, None));
        Assert.True(await Stores.Texts.AppendAsync(launch, 1, text.Length, [1, 2, 3], None));

        Assert.Equal(text[..600_000], await Stores.Texts.ReadAsync(launch, 1, 0, 1 << 20, None));
        Assert.Equal(text[300_000..599_000], await Stores.Texts.ReadAsync(launch, 1, 300_000, 299_000, None));
        Assert.Equal(1, await Stores.CountAsync($"SELECT COUNT(DISTINCT attempt) FROM launch_texts WHERE launch_id = '{launch}'"));
    }

    [StoreFact]
    public async Task Two_who_add_the_same_text_at_once_add_it_once()
    {
        var (launch, text) = (NextId(), Bytes(500_000));

        var (first, second) = await RunConcurrentlyAsync(
            () => Stores.Texts.AppendAsync(launch, 1, 0, text, None), () => Stores.Texts.AppendAsync(launch, 1, 0, text, None));

        Assert.True(first && second);
        Assert.Equal(text, await Stores.Texts.ReadAsync(launch, 1, 0, 1 << 20, None));
    }

    [StoreFact]
    public async Task A_state_is_written_only_over_the_one_that_was_read()
    {
        var key = $"launcher/{NextId()}";
        Assert.Null(await Stores.States.ReadAsync("ledger", key, None));

        Assert.Equal(1, await Stores.States.WriteAsync("ledger", key, 0, [1], None));
        Assert.Null(await Stores.States.WriteAsync("ledger", key, 0, [2], None));
        Assert.Equal(2, await Stores.States.WriteAsync("ledger", key, 1, [3], None));
        Assert.Null(await Stores.States.WriteAsync("ledger", key, 1, [4], None));
        Assert.Equal([3], (await Stores.States.ReadAsync("ledger", key, None))!.State!);

        Assert.Equal(3, await Stores.States.WriteAsync("ledger", key, 2, null, None));
        Assert.Null((await Stores.States.ReadAsync("ledger", key, None))!.State);
        Assert.Null(await Stores.States.WriteAsync("ledger", key, 0, [5], None));
        Assert.Equal(4, await Stores.States.WriteAsync("ledger", key, 3, [6], None));
    }

    [StoreFact]
    public async Task Of_two_who_write_a_state_at_once_one_does()
    {
        foreach (var version in (long[])[0, 1])
        {
            var key = $"launcher/{NextId()}";
            if (version == 1)
            {
                await Stores.States.WriteAsync("ledger", key, 0, [0], None);
            }

            var (first, second) = await RunConcurrentlyAsync(
                () => Stores.States.WriteAsync("ledger", key, version, [1], None),
                () => Stores.States.WriteAsync("ledger", key, version, [2], None));

            Assert.Single(new[] { first, second }, written => written is not null);
            var kept = await Stores.States.ReadAsync("ledger", key, None);
            Assert.Equal((version + 1, first is null ? 2 : 1), (kept!.Version, kept.State!.Single()));
        }
    }

    [StoreFact]
    public async Task States_of_other_names_and_of_keys_in_other_letters_are_others()
    {
        var key = $"launcher/{NextId()}";
        await Stores.States.WriteAsync("ledger", $"{key}ab", 0, [1], None);
        await Stores.States.WriteAsync("ledger", $"{key}AB", 0, [2], None);
        await Stores.States.WriteAsync("other", $"{key}ab", 0, [3], None);

        Assert.Equal([1], (await Stores.States.ReadAsync("ledger", $"{key}ab", None))!.State!);
        Assert.Equal([2], (await Stores.States.ReadAsync("ledger", $"{key}AB", None))!.State!);
        Assert.Equal([3], (await Stores.States.ReadAsync("other", $"{key}ab", None))!.State!);
    }

    private Task<bool> AddAsync(string launch, long offset, string text) =>
        Stores.Texts.AppendAsync(launch, 1, offset, Encoding.UTF8.GetBytes(text), None);

    private async Task<string> ReadAsync(string launch, long offset, int most = 1000) =>
        Encoding.UTF8.GetString(await Stores.Texts.ReadAsync(launch, 1, offset, most, None));
}

public sealed class SqliteLaunchConsoleStoreTests(SqliteFixture stores) : LaunchConsoleStoreContractTests(stores), IClassFixture<SqliteFixture>;

public sealed class PostgresLaunchConsoleStoreTests(PostgresFixture stores)
    : LaunchConsoleStoreContractTests(stores), IClassFixture<PostgresFixture>, INeedsPostgres;
