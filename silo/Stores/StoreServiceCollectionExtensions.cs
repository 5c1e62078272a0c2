using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Stores.Clusters;
using OrleansHybrid.Stores.Codes;
using OrleansHybrid.Stores.GrainState;
using OrleansHybrid.Stores.Launching;
using OrleansHybrid.Stores.Logs;
using OrleansHybrid.Stores.Postgres;
using OrleansHybrid.Stores.Projects;
using OrleansHybrid.Stores.Runners;
using OrleansHybrid.Stores.Sqlite;

namespace OrleansHybrid.Stores;

/// <summary>Registers the stores of one database; <see cref="IDatabaseInitializer.MigrateAsync"/> comes before their first use.</summary>
public static class StoreServiceCollectionExtensions
{
    /// <summary>Stores in one SQLite file, for exactly one process.</summary>
    public static IServiceCollection AddSqliteStores(this IServiceCollection services, string file)
    {
        services.AddSingleton(provider => new SqliteDatabase(
            file,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILoggerFactory>()?.CreateLogger<SqliteDatabase>() ?? NullLogger<SqliteDatabase>.Instance));
        services.AddSingleton<IDatabase>(provider => provider.GetRequiredService<SqliteDatabase>());
        services.AddSingleton<IDatabaseInitializer>(provider => provider.GetRequiredService<SqliteDatabase>());
        services.AddSingleton<SqliteTaskStore>();
        services.AddSingleton<ITaskStore>(provider => provider.GetRequiredService<SqliteTaskStore>());
        services.AddSingleton<IScheduleStore, SqliteScheduleStore>();
        services.AddSingleton<ILogStore, SqliteLogStore>();
        return services.AddCommonStores();
    }

    /// <summary>Stores in a PostgreSQL database, for any number of processes.</summary>
    public static IServiceCollection AddPostgresStores(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton(_ => new PostgresDatabase(connectionString));
        services.AddSingleton<IDatabase>(provider => provider.GetRequiredService<PostgresDatabase>());
        services.AddSingleton<IDatabaseInitializer>(provider => provider.GetRequiredService<PostgresDatabase>());
        services.AddSingleton<PostgresLanes>();
        services.AddSingleton<ITaskStore, PostgresTaskStore>();
        services.AddSingleton<IScheduleStore, PostgresScheduleStore>();
        services.AddSingleton<ILogStore, PostgresLogStore>();
        return services.AddCommonStores();
    }

    private static IServiceCollection AddCommonStores(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new LogLimits());
        services.TryAddSingleton(new LaunchConsoleLimit());
        services.AddSingleton<IProjectStore, ProjectStore>().AddSingleton<IWebSessionStore, WebSessionStore>();
        services.AddSingleton<IClusterStore, ClusterStore>().AddSingleton<IQueueAverageStore, QueueAverageStore>();
        services.AddSingleton<ICodeStore, CodeStore>().AddSingleton<IZipStore, ZipStore>();
        services.AddSingleton<ICodeQueueStore, CodeQueueStore>();
        services.AddSingleton<IRegistryLoginStore, RegistryLoginStore>();
        services.AddSingleton<ILaunchStore, LaunchStore>().AddSingleton<ILaunchConsoleStore, LaunchConsoleStore>();
        services.AddSingleton<IGrainStateStore, GrainStateStore>();
        return services.AddSingleton<IRunnerStore, RunnerStore>();
    }
}
