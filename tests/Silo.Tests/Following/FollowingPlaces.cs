using System.Security.Cryptography;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Following;

/// <summary>A silo on one of the databases.</summary>
public abstract class FollowingPlace : IAsyncLifetime
{
    private TestSilo? _silo;

    internal TestSilo Silo => _silo!;

    public async Task InitializeAsync() => _silo = await StartAsync();

    public async Task DisposeAsync()
    {
        if (_silo is { } silo)
        {
            await silo.DisposeAsync();
        }
    }

    private protected abstract Task<TestSilo> StartAsync();
}

/// <summary>On SQLite.</summary>
public sealed class FollowingTasksOnSqlite(FollowingTasksOnSqlite.Place place)
    : FollowingTasks(place), IClassFixture<FollowingTasksOnSqlite.Place>
{
    public sealed class Place : FollowingPlace
    {
        private protected override Task<TestSilo> StartAsync() => TestSilo.StartAsync();
    }
}

/// <summary>On PostgreSQL.</summary>
public sealed class FollowingTasksOnPostgres(FollowingTasksOnPostgres.Place place)
    : FollowingTasks(place), IClassFixture<FollowingTasksOnPostgres.Place>, INeedsPostgres
{
    public sealed class Place : FollowingPlace, IDisposable
    {
        private readonly string _key = Path.GetTempFileName();

        public Place() => File.WriteAllText(_key, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));

        public void Dispose() => File.Delete(_key);

        // Where there is no PostgreSQL, all tests of this class are skipped, and nothing is asked of the silo.
        private protected override async Task<TestSilo> StartAsync() => PostgresServer.Missing is null
            ? await TestSilo.StartAsync(await (await PostgresServer.Shared).CreateDatabaseAsync("following"), _key)
            : await TestSilo.StartAsync();
    }
}
