using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Messaging;

namespace OrleansHybrid.Abstractions.Gateway;

/// <summary>How clients reach the control plane's grains.</summary>
public static class GatewayClientExtensions
{
    private static readonly TimeSpan NameRefreshInterval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Lets an Orleans client connect to these gateways by mutual TLS; their names are looked up again every few seconds.
    /// <see cref="GatewayHandshakes"/> among its services tells why it has no connection.
    /// </summary>
    /// <param name="client">The client.</param>
    /// <param name="gateways">Where they are.</param>
    /// <param name="files">The certificate that the client shows them, and the authority by which it knows them.</param>
    public static IClientBuilder UseGateways(this IClientBuilder client, IReadOnlyList<GatewayAddress> gateways, CertificateFiles files)
    {
        ArgumentNullException.ThrowIfNull(client);
        var handshakes = new GatewayHandshakes(gateways, files);
        client.Services.AddSingleton(handshakes);
        client.Configure<ClientConnectionOptions>(
            options => options.ConfigureConnection(connections => connections.UseMutualTlsAsClient(files, handshakes.Add)));
        client.Configure<ClusterOptions>(
            cluster => (cluster.ClusterId, cluster.ServiceId) = (ClusterDefaults.Name, ClusterDefaults.Name));
        client.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = NameRefreshInterval);
        client.Services.AddSingleton<IGatewayListProvider>(new NamedGateways(gateways));
        return client;
    }

    /// <summary>Gateways by name: a silo that was started again may have another address.</summary>
    private sealed class NamedGateways(IReadOnlyList<GatewayAddress> gateways) : IGatewayListProvider
    {
        public TimeSpan MaxStaleness => NameRefreshInterval;

        public bool IsUpdatable => true;

        public Task InitializeGatewayListProvider() => Task.CompletedTask;

        public async Task<IList<Uri>> GetGateways()
        {
            var found = await Task.WhenAll(gateways.Select(ResolveAsync));
            return [.. found.SelectMany(each => each).Distinct()];
        }

        private static async Task<IEnumerable<Uri>> ResolveAsync(GatewayAddress gateway)
        {
            try
            {
                var addresses = await Dns.GetHostAddressesAsync(gateway.Host).ConfigureAwait(false);
                return addresses.Select(ip => SiloAddress.New(new IPEndPoint(ip, gateway.Port), 0).ToGatewayUri());
            }
            catch (SocketException)
            {
                // It may be there next time.
                return [];
            }
        }
    }
}
