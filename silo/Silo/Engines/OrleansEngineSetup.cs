using System.Net;
using System.Net.Sockets;
using Orleans.Hybrid.AppDoor;
using Orleans.Hybrid.Grains.Clusters;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace Orleans.Hybrid.Silo.Engines;

/// <summary>Hosts the grains on Orleans: one silo beside a SQLite file, any number of them on PostgreSQL.</summary>
internal static class GrainEngineSetup
{
    /// <summary>What it is called, in logs and on /version.</summary>
    public const string Name = "Orleans";

    private const string AloneName = "orleans-hybrid-alone";

    // What Orleans tells of itself at each start.
    private static readonly string[] Talkative = ["Orleans.Runtime", "Orleans.Hosting", "Orleans.Networking"];

    /// <summary>True when a call failed because its grain's silo is gone or going: the same call finds another one later.</summary>
    public static bool MeansComeAgain(Exception trouble) => trouble is OrleansException or TimeoutException;

    public static void AddGrainEngine(this WebApplicationBuilder builder, ControlPlaneOptions options)
    {
        foreach (var part in Talkative)
        {
            builder.Logging.AddFilter(part, LogLevel.Warning);
        }

        if (options.Database is not null)
        {
            builder.Services.AddHostedService<OrleansTables>().AddHostedService<OrleansGhosts>();
        }

        builder.UseOrleans(silo =>
        {
            if (options.Database is { } database)
            {
                silo.JoinOthers(database, options.Silo);
            }
            else
            {
                StandAlone(silo);
            }

            silo.AddEnginePages();
            silo.Services.AddSingleton<IGrainStorage, OrleansStates>();
            silo.Services.AddSerializer(Serialize);
        });
    }

    // Free ports, so that any number of these run side by side on one machine.
    private static void StandAlone(ISiloBuilder silo)
    {
        using TcpListener first = new(IPAddress.Loopback, 0), second = new(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        silo.UseLocalhostClustering(
            ((IPEndPoint)first.LocalEndpoint).Port,
            ((IPEndPoint)second.LocalEndpoint).Port,
            serviceId: AloneName,
            clusterId: AloneName);
    }

    private static void Serialize(ISerializerBuilder serializer)
    {
        serializer.AddAssembly(typeof(IClusterGrain).Assembly).AddAssembly(typeof(IProjectGrain).Assembly);
        serializer.AddJsonSerializer(isSerializable: OrleansValues.Contain, isCopyable: null);
        serializer.Services.AddSingleton<OrleansValues>();
        serializer.Services.AddSingleton<IGeneralizedCopier>(provider => provider.GetRequiredService<OrleansValues>());
        serializer.Services.AddSingleton<IGeneralizedCodec>(provider => provider.GetRequiredService<OrleansValues>());
        serializer.Services.AddSingleton<ITypeFilter>(provider => provider.GetRequiredService<OrleansValues>());
    }
}
