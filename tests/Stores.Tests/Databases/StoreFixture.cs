using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.History;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Stores.GrainState;

namespace OrleansHybrid.Stores.Tests.Databases;

/// <summary>The stores on one database, shared by the tests of a class, and a door of the tests' own into that database.</summary>
public abstract class StoreFixture : IDisposable
{
    private ServiceProvider? _services;

    public ITaskStore Tasks => Get<ITaskStore>();

    public ILogStore Logs => Get<ILogStore>();

    public IRunnerStore Runners => Get<IRunnerStore>();

    public IClusterStore Clusters => Get<IClusterStore>();

    public IQueueAverageStore Averages => Get<IQueueAverageStore>();

    public IProjectStore Projects => Get<IProjectStore>();

    public IWebSessionStore WebSessions => Get<IWebSessionStore>();

    public ICodeStore Codes => Get<ICodeStore>();

    public IScheduleStore Schedules => Get<IScheduleStore>();

    public ICodeQueueStore Queues => Get<ICodeQueueStore>();

    public IZipStore Zips => Get<IZipStore>();

    public IRegistryLoginStore Logins => Get<IRegistryLoginStore>();

    public ILaunchStore Launches => Get<ILaunchStore>();

    public ILaunchConsoleStore Texts => Get<ILaunchConsoleStore>();

    public IGrainStateStore States => Get<IGrainStateStore>();

    public IDatabaseInitializer Setup => Get<IDatabaseInitializer>();

    /// <summary>Opens the stores when a first test asks for them, and lets each test begin without tasks.</summary>
    public async Task ResetAsync()
    {
        if (_services is null)
        {
            _services = await OpenAsync();
            await Setup.MigrateAsync(CancellationToken.None);
        }

        string[] tables =
        [
            "ready", "delayed", "leases", "task_events", "log_chunks", "code_limits", "paused_codes", "code_cancels", "tasks", "schedules",
            "cluster_averages",
        ];
        foreach (var table in tables)
        {
            await ExecuteAsync($"DELETE FROM {table}");
        }
    }

    /// <summary>Changes rows behind the stores' back.</summary>
    public async Task<int> ExecuteAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>Reads one number behind the stores' back.</summary>
    public async Task<long> CountAsync(string sql)
    {
        await using var connection = await ConnectAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(await command.ExecuteScalarAsync(), null);
    }

    /// <summary>The violations that the history checker finds in the database, a line each.</summary>
    public async Task<string> FindViolationsAsync()
    {
        var checker = new HistoryChecker();
        var found = new List<Violation>();
        await foreach (var task in OpenHistoryStore().ReadAsync(CancellationToken.None))
        {
            found.AddRange(checker.Check(task));
        }

        return string.Join('\n', found);
    }

    /// <summary>All that the database tells of its tasks.</summary>
    public abstract IHistoryStore OpenHistoryStore();

    /// <summary>Another set of stores on the same database, as another silo, or the next start, has it.</summary>
    public abstract ServiceProvider OpenAnother();

    /// <summary>Closes the stores; the next test opens them again.</summary>
    public virtual void Dispose()
    {
        _services?.Dispose();
        _services = null;
        GC.SuppressFinalize(this);
    }

    protected abstract Task<ServiceProvider> OpenAsync();

    protected abstract DbConnection Connection();

    private T Get<T>()
        where T : notnull => _services!.GetRequiredService<T>();

    private async Task<DbConnection> ConnectAsync()
    {
        var connection = Connection();
        await connection.OpenAsync();
        return connection;
    }
}
