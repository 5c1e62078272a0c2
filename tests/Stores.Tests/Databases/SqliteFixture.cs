using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Domain.History;
using OrleansHybrid.Stores.History;
using OrleansHybrid.Stores.Launching;
using OrleansHybrid.Stores.Logs;

namespace OrleansHybrid.Stores.Tests.Databases;

/// <summary>A SQLite file in a folder of its own.</summary>
public sealed class SqliteFixture : StoreFixture
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-sqlite-").FullName;

    /// <summary>The file.</summary>
    public string File => Path.Combine(_folder, "hybrid.db");

    public override ServiceProvider OpenAnother() => Open(File);

    public override IHistoryStore OpenHistoryStore() => HistoryStoreFactory.CreateSqlite(File);

    /// <summary>Stores on any file.</summary>
    public static ServiceProvider Open(string file) =>
        new ServiceCollection().AddSingleton(TestLimits.Logs).AddSingleton(TestLimits.Texts).AddSqliteStores(file).BuildServiceProvider();

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    protected override Task<ServiceProvider> OpenAsync() => Task.FromResult(Open(File));

    protected override DbConnection Connection() => new SqliteConnection($"Data Source={File};Pooling=False");
}

/// <summary>Limits small enough to be reached in tests.</summary>
internal static class TestLimits
{
    public static LogLimits Logs { get; } = new(MaxBytes: 1000);

    /// <summary>Room for more than one piece.</summary>
    public static LaunchConsoleLimit Texts { get; } = new(MaxBytes: 600_000);
}
