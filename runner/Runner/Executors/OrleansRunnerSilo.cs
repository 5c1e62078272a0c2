using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Configuration;
using Orleans.Hybrid.AppDoor;
using Orleans.Hybrid.Runner.Execution;
using Orleans.Hybrid.Runner.Settings;
using Orleans.Hybrid.RunnerDoor;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Serialization.Cloning;

namespace Orleans.Hybrid.Runner.Executors;

/// <summary>How the runner is a silo: all settings of that are here; docs/running-a-runner.md explains them.</summary>
internal static class RunnerSilo
{
    /// <summary>A silo that hosts executors and nothing else of ours, and the value in its metadata that no other has.</summary>
    public static (IHost Silo, string Runner) Build(ILoggerFactory loggers, Action<ISiloBuilder> findOthers)
    {
        var runner = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, SignalsAreHeardElsewhere>();
        builder.Services.AddSingleton<SessionTools>();
        builder.Services.AddTransient(provider => provider.GetRequiredService<SessionTools>().Now);
        builder.UseOrleans(silo =>
        {
            findOthers(silo);
            silo.UseSiloMetadata(new Dictionary<string, string> { [RunnerMetadata.Runner] = runner });
            silo.Configure<SiloMessagingOptions>(ATaskMayTakeAnyTime);
            silo.Services.PostConfigure<GrainTypeOptions>(HostExecutorsOnly);
            silo.Services.AddSingleton<IGeneralizedCopier, SharedShapes>();
        });
        return (builder.Build(), runner);
    }

    /// <summary>Joins the silos on one PostgreSQL, or stays alone on loopback.</summary>
    public static void FindOthers(this ISiloBuilder silo, SiloMembership? membership)
    {
        if (membership is null)
        {
            StayAlone(silo);
        }
        else
        {
            Join(silo, membership);
        }
    }

    // Without a gateway, so that no client's calls go through a runner. Who is dead is for the control plane's silos to say: the usual
    // settings need two votes, so that a runner on a bad line can't end one of them alone.
    private static void Join(ISiloBuilder silo, SiloMembership membership)
    {
        CheckConnectionString(membership.ConnectionString);
        silo.Configure<ClusterOptions>(
                cluster => (cluster.ClusterId, cluster.ServiceId) = (TrustedCluster.Name, TrustedCluster.Name))
            .ConfigureEndpoints(membership.Host, membership.Port, gatewayPort: 0, listenOnAnyHostAddress: false)
            .UseAdoNetClustering(clustering =>
            {
                clustering.Invariant = "Npgsql";
                clustering.ConnectionString = membership.ConnectionString;
            })
            .Configure<ClusterMembershipOptions>(rules => rules.IAmAliveTablePublishTimeout = TrustedCluster.SignOfLife);
    }

    private static void StayAlone(ISiloBuilder silo)
    {
        using TcpListener first = new(IPAddress.Loopback, 0), second = new(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        silo.UseLocalhostClustering(
            ((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }

    private static void CheckConnectionString(string text)
    {
        try
        {
            _ = new NpgsqlConnectionStringBuilder(text);
        }
        catch (ArgumentException)
        {
            throw new BadSettingException("MEMBERSHIP", "is not a connection string for PostgreSQL.");
        }
    }

    private static void ATaskMayTakeAnyTime(SiloMessagingOptions messaging) =>
        messaging.MaxRequestProcessingTime = TimeSpan.MaxValue;

    private static void HostExecutorsOnly(GrainTypeOptions types) => types.Classes.RemoveWhere(
        type => type.Namespace?.StartsWith("Orleans.Hybrid", StringComparison.Ordinal) == true && type != typeof(ExecutorGrain));

    /// <summary>The program's own signals end the runner, in stages, and with it this host.</summary>
    private sealed class SignalsAreHeardElsewhere : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Orders reach executors of the same silo; shapes of the wire never change, so nobody needs a copy.</summary>
    private sealed class SharedShapes : IGeneralizedCopier
    {
        public bool IsSupportedType(Type type) => type.Assembly == typeof(Contracts.Runners.TaskOrder).Assembly;

        public object? DeepCopy(object? input, CopyContext context) => input;
    }
}

/// <summary>What executors of the present session work with.</summary>
internal sealed class SessionTools
{
    private ExecutionTools? now;

    /// <summary>There are none before the first session, and so no executors.</summary>
    public ExecutionTools Now
    {
        get => now ?? throw new InvalidOperationException("an executor needs a session");
        set => now = value;
    }
}
