using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Hybrid.Domain.Clusters;
using Orleans.Hybrid.Domain.Codes;
using Orleans.Hybrid.Domain.Launching;
using Orleans.Hybrid.Domain.Projects;
using Orleans.Hybrid.Domain.Runners;
using Orleans.Hybrid.Domain.Schedules;
using Orleans.Hybrid.Domain.Tasks;
using Orleans.Hybrid.Stores.Clusters;
using Orleans.Hybrid.Stores.Codes;
using Orleans.Hybrid.Stores.GrainStates;
using Orleans.Hybrid.Stores.Launching;
using Orleans.Hybrid.Stores.Logs;
using Orleans.Hybrid.Stores.Postgres;
using Orleans.Hybrid.Stores.Projects;
using Orleans.Hybrid.Stores.Runners;
using Orleans.Hybrid.Stores.Sqlite;

namespace Orleans.Hybrid.Stores;

/// <summary>Registers the stores of one database; <see cref="IStoreSetup.MigrateAsync"/> comes before their first use.</summary>
public static class StoreServices
{
    /// <summary>Stores in one SQLite file, for exactly one process.</summary>
    public static IServiceCollection AddSqliteStores(this IServiceCollection services, string file)
    {
        services.AddSingleton(provider => new SqliteDatabase(
            file,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILoggerFactory>()?.CreateLogger<SqliteDatabase>() ?? NullLogger<SqliteDatabase>.Instance));
        services.AddSingleton<IDatabase>(provider => provider.GetRequiredService<SqliteDatabase>());
        services.AddSingleton<IStoreSetup>(provider => provider.GetRequiredService<SqliteDatabase>());
        services.AddSingleton<SqliteTaskStore>();
        services.AddSingleton<ITaskStore>(provider => provider.GetRequiredService<SqliteTaskStore>());
        services.AddSingleton<IScheduleStore, SqliteScheduleStore>();
        services.AddSingleton<ILogStore, SqliteLogStore>();
        return services.AddPlainStores();
    }

    /// <summary>Stores in a PostgreSQL database, for any number of processes.</summary>
    public static IServiceCollection AddPostgresStores(this IServiceCollection services, string connectionString)
    {
        services.AddSingleton(_ => new PostgresDatabase(connectionString));
        services.AddSingleton<IDatabase>(provider => provider.GetRequiredService<PostgresDatabase>());
        services.AddSingleton<IStoreSetup>(provider => provider.GetRequiredService<PostgresDatabase>());
        services.AddSingleton<PostgresLanes>();
        services.AddSingleton<ITaskStore, PostgresTaskStore>();
        services.AddSingleton<IScheduleStore, PostgresScheduleStore>();
        services.AddSingleton<ILogStore, PostgresLogStore>();
        return services.AddPlainStores();
    }

    private static IServiceCollection AddPlainStores(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(new LogLimits());
        services.TryAddSingleton(new LaunchTextLimit());
        services.AddSingleton<IProjectStore, ProjectStore>().AddSingleton<IWebSessionStore, WebSessionStore>();
        services.AddSingleton<IClusterStore, ClusterStore>().AddSingleton<IQueueAverageStore, QueueAverageStore>();
        services.AddSingleton<ICodeStore, CodeStore>().AddSingleton<IZipStore, ZipStore>();
        services.AddSingleton<ICodeQueueStore, CodeQueueStore>();
        services.AddSingleton<IRegistryLoginStore, RegistryLoginStore>();
        services.AddSingleton<ILaunchStore, LaunchStore>().AddSingleton<ILaunchTexts, LaunchTextStore>();
        services.AddSingleton<IGrainStateStore, GrainStateStore>();
        return services.AddSingleton<IRunnerStore, RunnerStore>();
    }
}
