using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Hybrid.Support;

namespace Orleans.Hybrid.Stores.Tests.Databases;

/// <summary>A database of its own on the server that the tests share.</summary>
public sealed class PostgresStores : StoresUnderTest
{
    private string _connectionString = "";

    /// <summary>Where the database is.</summary>
    public string ConnectionString => _connectionString;

    public override ServiceProvider Again() => Open(_connectionString);

    /// <summary>Stores on any database.</summary>
    public static ServiceProvider Open(string connectionString) =>
        new ServiceCollection().AddSingleton(Limits.Logs).AddPostgresStores(connectionString).BuildServiceProvider();

    protected override async Task<ServiceProvider> OpenAsync()
    {
        if (_connectionString.Length == 0)
        {
            _connectionString = await (await PostgresServer.Shared).CreateDatabaseAsync("stores");
        }

        return Open(_connectionString);
    }

    protected override DbConnection Connection() => new NpgsqlConnection($"{_connectionString};Pooling=false");
}
