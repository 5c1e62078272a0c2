using Orleans.Configuration;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansHybrid.Grains;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Silo.Admin;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Telemetry;

namespace OrleansHybrid.Silo.Clustering;

/// <summary>Hosts the grains: one silo that listens on nothing, or with an address of its own one of several on PostgreSQL.</summary>
internal static class OrleansHostingExtensions
{
    // What Orleans and its libraries log at each start, and for each grain that is activated.
    private static readonly string[] Internals =
    [
        "Orleans.Runtime", "Orleans.Hosting", "Orleans.Networking", "Orleans.Messaging", "Orleans.Core", "Orleans.Serialization",
        "Orleans.Dashboard", "Orleans.Storage", "Orleans.Clustering", "Orleans.Persistence", "Orleans.Streams", "Polly",
    ];

    /// <summary>True when a call failed because its grain's silo has stopped or is stopping: a retry finds another one.</summary>
    public static bool IsTransient(Exception exception) => exception is OrleansException or TimeoutException;

    /// <summary>Adds the silo.</summary>
    public static void AddSilo(this WebApplicationBuilder builder, IConfiguration configuration, bool executesTasks)
    {
        var (database, clustering) = (configuration.Read<StoreOptions>().Database, configuration.Read<ClusteringOptions>());
        foreach (var category in Internals)
        {
            builder.Logging.AddFilter(category, LogLevel.Warning);
        }

        // Its first look counts from when the machine started.
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);

        // Orleans logs each rejected connection; ours is rate-limited.
        builder.Logging.AddFilter("Orleans.Connections.Security", LogLevel.None);
        if (database is not null)
        {
            builder.Services.AddHostedService<DatabaseLock>();
        }

        if (clustering.Silo is not null)
        {
            builder.Services.AddHostedService<OrleansSchemaInitializer>().AddHostedService<StaleSiloCleaner>();
        }

        builder.UseOrleans(silo =>
        {
            silo.AddDashboardPages();
            silo.Services.AddSingleton<IGrainStorage, DatabaseGrainStorage>();
            silo.Services.AddSerializer(serializer => serializer.AddGrainMessages().AddAssembly(typeof(INimbixLauncherControlGrain).Assembly));
            silo.HostGrains(executesTasks);
            silo.AddIncomingGrainCallFilter<GatewayCallFilter>().AddOutgoingGrainCallFilter<GatewayCallFilter>();
            if (builder.Configuration.ExportsTraces())
            {
                silo.AddActivityPropagation();
            }

            if (clustering.Silo is { } self)
            {
                var certificate = InstallationCertificates.OfSilo(clustering.Certificates!);
                silo.UsePostgresClustering(database!, self);
                silo.RequireCertificates(certificate);
                silo.Services.AddSingleton(certificate).AddHostedService<CertificateExpirationMonitor>();
            }
            else
            {
                silo.UseNoSockets();
            }
        });
    }

    /// <summary>Registers the grain classes that a silo hosts; the only place that does.</summary>
    private static void HostGrains(this ISiloBuilder silo, bool executesTasks)
    {
        if (executesTasks)
        {
            silo.AddExecutors();
        }
        else
        {
            silo.UseSiloMetadata([]);
        }

        silo.Services.AddOptions<GrainTypeOptions>().PostConfigure<IServiceProviderIsService>((types, services) =>
        {
            if (!executesTasks)
            {
                types.Classes.RemoveWhere(ExecutorHostingExtensions.IsExecutor);
            }

            // By what is registered in the end: a launcher decides by a policy.
            if (!services.IsService(typeof(ILauncherPolicy)))
            {
                LauncherGrainExtensions.ExcludeLauncher(types.Classes);
            }
        });
    }
}
