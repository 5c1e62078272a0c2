using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrleansHybrid.Domain.History;
using OrleansHybrid.Stores.History;
using OrleansHybrid.Support;

namespace OrleansHybrid.Stores.Tests.Databases;

/// <summary>A database of its own on the server that the tests share.</summary>
public class PostgresFixture : StoreFixture
{
    /// <summary>Where the database is.</summary>
    public string ConnectionString { get; private set; } = "";

    public override ServiceProvider OpenAnother() => Open(ConnectionString);

    public override IHistoryStore OpenHistoryStore() => HistoryStoreFactory.CreatePostgres(ConnectionString);

    /// <summary>Stores on any database.</summary>
    public static ServiceProvider Open(string connectionString) =>
        new ServiceCollection().AddSingleton(TestLimits.Logs).AddSingleton(TestLimits.Texts).AddPostgresStores(connectionString).BuildServiceProvider();

    /// <summary>Which server the database is on.</summary>
    protected virtual Task<PostgresServer> ServerAsync() => PostgresServer.Shared;

    protected override async Task<ServiceProvider> OpenAsync()
    {
        if (ConnectionString.Length == 0)
        {
            ConnectionString = await (await ServerAsync()).CreateDatabaseAsync("stores");
        }

        return Open(ConnectionString);
    }

    protected override DbConnection Connection() => new NpgsqlConnection($"{ConnectionString};Pooling=false");
}

/// <summary>A database on a server of its own, to be stopped and killed.</summary>
public sealed class DedicatedPostgresFixture : PostgresFixture, IAsyncLifetime
{
    private PostgresServer? _server;

    /// <summary>The server, once a first test has begun.</summary>
    public PostgresServer Server => _server ?? throw new InvalidOperationException("no test has begun");

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    protected override async Task<PostgresServer> ServerAsync() => _server = await PostgresServer.StartNewAsync();
}
