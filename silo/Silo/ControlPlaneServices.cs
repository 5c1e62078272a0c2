using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Grains.Launching;
using OrleansHybrid.Grains.Projects;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Silo.Edge;
using OrleansHybrid.Silo.Following;
using OrleansHybrid.Silo.Http;
using OrleansHybrid.Silo.Http.Describing;
using OrleansHybrid.Silo.Http.Iron;
using OrleansHybrid.Silo.Http.Launcher;
using OrleansHybrid.Silo.Http.Runners;
using OrleansHybrid.Silo.Nimbix;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Sweeps;
using OrleansHybrid.Silo.Web;
using OrleansHybrid.Stores;
using OrleansHybrid.Stores.Logs;
using OrleansHybrid.Stores.Sqlite;

namespace OrleansHybrid.Silo;

/// <summary>Registers the parts of a control plane.</summary>
internal static class ControlPlaneServices
{
    /// <summary>The name of the SQLite file.</summary>
    public const string DatabaseFile = "hybrid.db";

    private const string KeyFile = "server.key";

    /// <summary>Where the tasks are when they are in no server's database.</summary>
    public static string SqliteFileIn(ControlPlaneOptions options) => Path.Combine(options.DataDirectory, DatabaseFile);

    public static void AddControlPlaneStores(this IServiceCollection services, ControlPlaneOptions options)
    {
        if (options.Database is null)
        {
            // Before anything is made beside a file that is not ours.
            SqliteFile.Check(SqliteFileIn(options));
        }

        CreateForOwner(options.DataDirectory);
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options.ServerKeyFile is { } file
            ? ServerKeyFile.Read(file)
            : ServerKeyFile.ReadOrCreate(Path.Combine(options.DataDirectory, KeyFile)));
        services.AddSingleton(LogLimits.For(options.LogLimit));
        if (options.Database is { } database)
        {
            services.AddPostgresStores(database);
        }
        else
        {
            services.AddSqliteStores(SqliteFileIn(options));
        }
    }

    public static void AddControlPlane(this IServiceCollection services, ControlPlaneOptions options)
    {
        services.AddSingleton<Ids>().AddSingleton<IClaimTokens>(provider => provider.GetRequiredService<Ids>());
        services.AddSingleton<ILaunchIds>(provider => provider.GetRequiredService<Ids>());
        services.AddSingleton<Lookups>().AddSingleton<SeenSessions>().AddSingleton<Sessions>();
        services.AddSingleton<PublicAddress>().AddSingleton<ClusterTokenMint>();
        services.AddSingleton(RequestBudgets.For(options)).AddSingleton<EnrolmentLimiter>().AddSingleton<EndingSessions>();
        services.AddSingleton<TaskNames>().AddSingleton<TaskQueue>().AddSingleton<ClusterSetup>().AddSingleton<Enrolment>();
        services.AddSingleton<RegistryVault>().AddSingleton<CodeCancels>().AddSingleton<RunnerZips>();
        services.AddSingleton<RunnerOrders>().AddSingleton<TaskDesk>().AddSingleton<ManyTasks>().AddSingleton<IAppDesk, AppDesk>();
        services.AddSingleton<ScheduleAlarm>().AddSingleton<ScheduleDesk>().AddSingleton<LaunchAlarm>();
        services.AddSingleton<RunnerCalls>().AddSingleton<IRunnerApi, RunnerApi>();
        services.AddSingleton<LauncherDesk>().AddSingleton<AuditDesk>();
        services.AddSingleton<FollowedTasks>().AddSingleton<TaskStreams>().AddSingleton<EventStreams>();
        services.AddSingleton(new StreamPlaces());
        services.AddPages();
        SurfaceDocument.Add(services);
        services.AddSingleton<WorkOrders>().AddSingleton<PollEdge>();
        services.AddHostedService<LeaseSweep>().AddHostedService<OfferSweep>().AddHostedService<DueSweep>();
        services.AddHostedService<CancelSweep>();
        services.AddHostedService<SessionSweep>().AddHostedService<PollSweep>();
        services.AddHostedService<PruneSweep>().AddHostedService<ScheduleSweep>();
        services.AddHostedService<AverageSweep>().AddHostedService<StraySweep>();
        if (options.LauncherPolicy is { } policy)
        {
            services.AddLauncher(options, policy);
        }

        services.AddSingleton<Leaving>().AddHostedService(provider => provider.GetRequiredService<Leaving>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
    }

    public static void AddControlPlaneLogs(this ILoggingBuilder logging, ControlPlaneOptions options)
    {
        logging.ClearProviders().SetMinimumLevel(options.LogLevel);
        if (options.JsonLogs)
        {
            logging.AddJsonConsole(Timestamps);
        }
        else
        {
            logging.AddConsole(console => console.FormatterName = nameof(TextLogFormatter))
                .AddConsoleFormatter<TextLogFormatter, ConsoleFormatterOptions>();
            logging.Services.TryAddSingleton(TimeProvider.System);
        }

        // The web server's own messages about requests hold whole query strings, and those hold tokens.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
    }

    // Payloads and the server key lie there.
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

    private static void Timestamps(ConsoleFormatterOptions console)
    {
        console.UseUtcTimestamp = true;
        console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
    }
}
