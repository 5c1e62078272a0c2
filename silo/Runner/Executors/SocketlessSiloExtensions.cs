using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using OrleansHybrid.Abstractions;

namespace OrleansHybrid.Runner.Executors;

/// <summary>
/// A silo for one process: a cluster of its own that opens no port and connects to nothing. Orleans has no such mode, but takes its
/// transport from the services; docs/decisions/0012 says why it is not left to listen on loopback.
/// </summary>
public static class SocketlessSiloExtensions
{
    // The listeners of the silo and of its gateway, and what connects to other silos.
    private const int Transports = 3;

    /// <summary>
    /// Makes the silo one of its own. To be called last: it replaces what is registered by then, and throws where Orleans registers its
    /// transport in another way than this was written for.
    /// </summary>
    /// <param name="silo">The silo.</param>
    public static ISiloBuilder UseNoSockets(this ISiloBuilder silo)
    {
        ArgumentNullException.ThrowIfNull(silo);

        // This port is never bound, so any number of such silos can run side by side.
        silo.UseLocalhostClustering(siloPort: 1, gatewayPort: 0, serviceId: ClusterDefaults.Name, clusterId: ClusterDefaults.Name);
        var replaced = 0;
        foreach (var transport in silo.Services.Where(service => service.IsKeyedService).ToList())
        {
            if (transport.ServiceType == typeof(IConnectionListenerFactory))
            {
                silo.Services.Remove(transport);
                silo.Services.AddKeyedSingleton<IConnectionListenerFactory>(transport.ServiceKey, new NoopTransport());
                replaced++;
            }
            else if (transport.ServiceType == typeof(IConnectionFactory))
            {
                silo.Services.Remove(transport);
                silo.Services.AddKeyedSingleton<IConnectionFactory>(transport.ServiceKey, new NoopTransport());
                replaced++;
            }
        }

        return replaced == Transports
            ? silo
            : throw new UnreachableException($"{replaced} transports of Orleans were found where {Transports} are known");
    }

    /// <summary>A transport that accepts no connection and opens none.</summary>
    private sealed class NoopTransport : IConnectionListenerFactory, IConnectionFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult<IConnectionListener>(new NoopListener(endpoint));

        public ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            throw new InvalidOperationException($"this silo is alone: there is none at {endpoint}");
    }

    private sealed class NoopListener(EndPoint endpoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> _unbound = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint => endpoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(_unbound.Task);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _unbound.TrySetResult(null);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
