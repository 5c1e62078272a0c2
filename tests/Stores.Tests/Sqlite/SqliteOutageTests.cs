using Microsoft.Data.Sqlite;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Stores.Tests.Contract;
using OrleansHybrid.Stores.Tests.Databases;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Sqlite;

/// <summary>A SQLite file that can't be written for a while.</summary>
public sealed class SqliteOutageTests(SqliteFixture stores) : StoreTestBase(stores), IClassFixture<SqliteFixture>
{
    [StoreFact]
    public async Task While_the_file_is_locked_calls_say_so_and_afterwards_all_works_again()
    {
        await using var other = new SqliteConnection($"Data Source={stores.File};Pooling=False");
        await other.OpenAsync();
        await using var locking = other.BeginTransaction(deferred: false);

        var calls = Enumerable.Range(0, 3).Select(_ => QueueAsync(Spec())).ToArray();
        foreach (var call in calls)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => call);
        }

        await locking.RollbackAsync();
        await QueueAsync(Spec());
        Assert.Equal(1, await Stores.CountAsync("SELECT COUNT(*) FROM tasks"));
    }
}
