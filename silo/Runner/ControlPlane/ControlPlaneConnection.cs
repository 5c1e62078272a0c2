using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Executors;

namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>The way to the control plane that a runner's options name: HTTPS, or its gateways.</summary>
internal sealed class ControlPlaneConnection : IAsyncDisposable
{
    private ControlPlaneConnection(IControlPlaneClient client) => Client = client;

    /// <summary>The control plane.</summary>
    public IControlPlaneClient Client { get; }

    /// <summary>Opens it; failures show with the first call.</summary>
    public static ControlPlaneConnection Open(RunnerOptions options, ExecutorSessions executors, ILoggerFactory loggerFactory) => new(
        options.Gateways is { } gateways
            ? new GrainControlPlaneClient(GatewayConnection.Open(gateways, loggerFactory), executors, TimeProvider.System)
            : new HttpControlPlaneClient(options.ApiUrl!, TimeProvider.System, options.Authorities));

    public async ValueTask DisposeAsync()
    {
        (Client as IDisposable)?.Dispose();
        if (Client is IAsyncDisposable gateway)
        {
            await gateway.DisposeAsync();
        }
    }
}
