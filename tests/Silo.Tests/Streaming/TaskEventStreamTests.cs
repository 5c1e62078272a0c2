using System.Security.Cryptography;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Streaming;

/// <summary>A silo on one of the databases.</summary>
public abstract class TaskEventStreamFixture : IAsyncLifetime
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
public sealed class SqliteTaskEventStreamTests(SqliteTaskEventStreamTests.SqliteFixture place)
    : TaskEventStreamContractTests(place), IClassFixture<SqliteTaskEventStreamTests.SqliteFixture>
{
    public sealed class SqliteFixture : TaskEventStreamFixture
    {
        private protected override Task<TestSilo> StartAsync() => TestSilo.StartAsync();
    }
}

/// <summary>On PostgreSQL.</summary>
public sealed class PostgresTaskEventStreamTests(PostgresTaskEventStreamTests.PostgresFixture place)
    : TaskEventStreamContractTests(place), IClassFixture<PostgresTaskEventStreamTests.PostgresFixture>, INeedsPostgres
{
    public sealed class PostgresFixture : TaskEventStreamFixture, IDisposable
    {
        private readonly string _key = Path.GetTempFileName();

        public PostgresFixture() => File.WriteAllText(_key, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));

        public void Dispose() => File.Delete(_key);

        // Where there is no PostgreSQL, all tests of this class are skipped, and nothing is asked of the silo.
        private protected override async Task<TestSilo> StartAsync() => PostgresServer.MissingReason is null
            ? await TestSilo.StartAsync(await (await PostgresServer.Shared).CreateDatabaseAsync("following"), _key)
            : await TestSilo.StartAsync();
    }
}
