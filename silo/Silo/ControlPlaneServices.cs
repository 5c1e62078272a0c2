using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansHybrid.Grains.Apps;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Silo.Api;
using OrleansHybrid.Silo.Api.Iron;
using OrleansHybrid.Silo.Api.Launcher;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Api.RunnerProtocol;
using OrleansHybrid.Silo.Background;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.HealthChecks;
using OrleansHybrid.Silo.LongPolling;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Streaming;
using OrleansHybrid.Silo.Web;
using OrleansHybrid.Stores;
using OrleansHybrid.Stores.Logs;
using OrleansHybrid.Stores.Sqlite;

namespace OrleansHybrid.Silo;

/// <summary>Registers the parts of a control plane.</summary>
internal static class ControlPlaneServices
{
    private const string KeyFile = "server.key";

    public static void AddControlPlaneStores(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.Read<StoreOptions>();
        if (options.Database is null)
        {
            // Before anything is made beside a file that is not ours.
            SqliteFile.Check(options.SqliteFile);
        }

        CreateForOwner(options.DataDirectory);
        services.AddControlPlaneOptions(configuration);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options.ServerKeyFile is { } file
            ? ServerKeyFile.Read(file)
            : ServerKeyFile.ReadOrCreate(Path.Combine(options.DataDirectory, KeyFile)));
        services.AddSingleton(provider => LogLimits.For(provider.GetRequiredService<ApiOptions>().LogLimit));
        if (options.Database is { } database)
        {
            services.AddPostgresStores(database);
        }
        else
        {
            services.AddSqliteStores(options.SqliteFile);
        }
    }

    public static void AddControlPlane(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IdGenerator>().AddSingleton<ILeaseTokenGenerator>(provider => provider.GetRequiredService<IdGenerator>());
        services.AddSingleton<IIdGenerator>(provider => provider.GetRequiredService<IdGenerator>());
        services.AddSingleton<EntityCache>().AddSingleton<SessionActivityTracker>().AddSingleton<SessionAuthenticator>();
        services.AddSingleton<PublicAddress>().AddSingleton<ClusterTokenIssuer>();
        services.AddSingleton(provider => RequestBudgets.For(provider.GetRequiredService<ApiOptions>())).AddSingleton<EnrolmentLimiter>().AddSingleton<SessionRevoker>();
        services.AddSingleton<NameResolver>().AddSingleton<TaskEnqueuer>().AddSingleton<ClusterProvisioner>().AddSingleton<RunnerEnrolment>();
        services.AddSingleton<RegistryCredentialStore>().AddSingleton<CodeCancellationService>().AddSingleton<CodeArchiveReader>();
        services.AddSingleton<RunnerCommands>().AddSingleton<TaskService>().AddSingleton<BulkTaskOperations>().AddSingleton<ClusterService>().AddSingleton<IAppApi, AppApi>();
        services.AddSingleton<ScheduleWakeSignal>().AddSingleton<ScheduleService>().AddSingleton<LaunchWakeSignal>();
        services.AddSingleton<RunnerProtocolService>().AddSingleton<IRunnerApi, RunnerApi>();
        services.AddSingleton<LauncherAdminService>().AddSingleton<AuditService>();
        services.AddSingleton<TaskWatcher>().AddSingleton<TaskEventServices>().AddSingleton<EventStreams>();
        services.AddSingleton(new StreamLimiter());
        services.AddExceptionHandler<ApiExceptionHandler>();
        services.AddSecurity(configuration.Read<ServerOptions>());
        services.AddPages();
        services.AddControlPlaneHealthChecks();
        ApiDocument.Add(services);
        services.AddSingleton<TaskAssignmentBuilder>().AddSingleton<LongPollDispatcher>();
        services.AddHostedService<LeaseExpirationService>().AddHostedService<LaneReconciler>().AddHostedService<DelayedTaskPromoter>();
        services.AddHostedService<BulkCancellationService>();
        services.AddHostedService<SessionReaper>().AddHostedService<LongPollTimer>();
        services.AddHostedService<DeduplicationKeyCleaner>().AddHostedService<ScheduleTrigger>();
        services.AddHostedService<QueueStatsSampler>().AddHostedService<OrphanedTaskCleaner>();
        if (configuration.GetSetting(SiloConfiguration.LauncherPolicyVariable) is { } policy)
        {
            services.AddLauncher(configuration.Read<StoreOptions>(), policy);
        }

        services.AddSingleton<GracefulShutdownService>().AddHostedService(provider => provider.GetRequiredService<GracefulShutdownService>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
    }

    public static void AddControlPlaneLogs(this ILoggingBuilder logging, LogOptions options)
    {
        logging.ClearProviders().SetMinimumLevel(options.Level).AddConsoleLog(options.IsJson);

        // The web server's own messages about requests hold whole query strings, and those hold tokens.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // It is off as a whole, since each request gets an activity and a scope where it is on.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

        // What keeps it from starting is said once, by the program.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);

        // Load balancers ask each second; what is wrong is logged by whoever met it.
        logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
    }

    // Payloads and the server key are there.
    private static void CreateForOwner(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(
                directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
