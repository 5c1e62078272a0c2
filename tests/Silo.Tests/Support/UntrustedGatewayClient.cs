using System.Net.Security;
using System.Reflection;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Messaging;
using Orleans.Serialization;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Abstractions.Gateway;
using OrleansHybrid.Grains;
using OrleansHybrid.Launcher.Grain;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>An Orleans client of somebody else's making, who keeps no rule that a client could break.</summary>
internal sealed class UntrustedGatewayClient : IAsyncDisposable
{
    private readonly IHost _host;

    private UntrustedGatewayClient(IHost host) => _host = host;

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>
    /// Connects to a gateway with a certificate, or with none, under a name of its own choice; null when the gateway ends the connection first.
    /// </summary>
    public static async Task<UntrustedGatewayClient?> TryConnectAsync(int gateway, X509Certificate2? certificate, string? name = null)
    {
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleansClient(client =>
        {
            client.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (ClusterDefaults.Name, ClusterDefaults.Name));
            client.Services.AddSingleton<IGatewayListProvider>(new SingleGatewayListProvider(gateway));
            client.Services.AddSerializer(serializer => serializer.AddGrainMessages().AddAssembly(typeof(INimbixLauncherControlGrain).Assembly));
            client.UseConnectionRetryFilter((_, _) => Task.FromResult(true));
            client.Configure<ClientConnectionOptions>(options => options.ConfigureConnection(connections =>
            {
                connections.Use(next => async context =>
                {
                    try
                    {
                        await next(context);
                    }
                    finally
                    {
                        refused.TrySetResult();
                    }
                });
                connections.UseClientTls(new TlsOptions
                {
                    RemoteCertificateValidation = (_, _, _) => true,
                    OnAuthenticateAsClient = (_, tls) =>
                    {
                        tls.TargetHost = CertificateRoles.Silo;
                        ((SslClientAuthenticationOptions)tls.SslClientAuthenticationOptions).LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!;
                    },
                });
            }));
        });
        var host = builder.Build();
        if (name is not null)
        {
            Rename(host.Services, name);
        }

        using var end = new CancellationTokenSource();
        var starting = host.StartAsync(end.Token);
        if (await Task.WhenAny(starting, refused.Task) == starting)
        {
            await starting;
            return new UntrustedGatewayClient(host);
        }

        await end.CancelAsync();
        _ = starting.ContinueWith(_ => host.Dispose(), TaskScheduler.Default);
        return null;
    }

    /// <summary>From now on its calls name a grain inside as their sender, which is the part of them that nobody checks.</summary>
    public void ForgeSender(GrainId sender)
    {
        var type = typeof(IClusterClient).Assembly.GetType("Orleans.OutsideRuntimeClient", throwOnError: true)!;
        var runtime = _host.Services.GetRequiredService(type);
        var address = type.GetProperty("CurrentActivationAddress")!;
        var own = (GrainAddress)address.GetValue(runtime)!;
        address.SetValue(runtime, new GrainAddress { GrainId = sender, SiloAddress = own.SiloAddress, ActivationId = own.ActivationId });
    }

    private static void Rename(IServiceProvider services, string name)
    {
        var type = typeof(IClusterClient).Assembly.GetTypes().Single(each => each.Name == "LocalClientDetails");
        var field = type.GetField("<ClientId>k__BackingField", BindingFlags.Instance | BindingFlags.NonPublic)!;
        field.SetValue(services.GetRequiredService(type), field.FieldType.GetMethod("Create", [typeof(string)])!.Invoke(null, [name]));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private sealed class SingleGatewayListProvider(int port) : IGatewayListProvider
    {
        public TimeSpan MaxStaleness => TimeSpan.FromMinutes(1);

        public bool IsUpdatable => false;

        public Task InitializeGatewayListProvider() => Task.CompletedTask;

        public Task<IList<Uri>> GetGateways() => Task.FromResult<IList<Uri>>([new Uri($"gwy.tcp://127.0.0.1:{port}/0")]);
    }
}
