using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Domain.History;
using OrleansHybrid.Stores.Histories;
using OrleansHybrid.Stores.Launching;
using OrleansHybrid.Stores.Logs;

namespace OrleansHybrid.Stores.Tests.Databases;

/// <summary>A SQLite file in a folder of its own.</summary>
public sealed class SqliteStores : StoresUnderTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-sqlite-").FullName;

    /// <summary>The file.</summary>
    public string File => Path.Combine(_folder, "hybrid.db");

    public override ServiceProvider Again() => Open(File);

    public override IHistoryStore History() => HistoryStores.OfSqlite(File);

    /// <summary>Stores on any file.</summary>
    public static ServiceProvider Open(string file) =>
        new ServiceCollection().AddSingleton(Limits.Logs).AddSingleton(Limits.Texts).AddSqliteStores(file).BuildServiceProvider();

    public override void Dispose()
    {
        base.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    protected override Task<ServiceProvider> OpenAsync() => Task.FromResult(Open(File));

    protected override DbConnection Connection() => new SqliteConnection($"Data Source={File};Pooling=False");
}

/// <summary>Limits small enough to be reached in tests.</summary>
internal static class Limits
{
    public static LogLimits Logs { get; } = new(MostBytes: 1000);

    /// <summary>Room for more than one piece.</summary>
    public static LaunchTextLimit Texts { get; } = new(MostBytes: 600_000);
}
