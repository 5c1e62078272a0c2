using Microsoft.Extensions.Logging;
using OrleansHybrid.Runner.Executors;

namespace OrleansHybrid.Runner.Link;

/// <summary>The way to the control plane that a runner's options name: HTTPS, or its gateways.</summary>
internal sealed class ControlPlaneLink : IAsyncDisposable
{
    private ControlPlaneLink(IControlPlane plane) => Plane = plane;

    /// <summary>The control plane.</summary>
    public IControlPlane Plane { get; }

    /// <summary>Opens it; trouble shows with the first call.</summary>
    public static ControlPlaneLink Open(RunnerOptions options, ExecutorSessions executors, ILoggerFactory loggers) => new(
        options.Gateways is { } gateways
            ? new GrainControlPlane(GatewayConnection.Open(gateways, loggers), executors, TimeProvider.System)
            : new HttpControlPlane(options.ApiUrl!, TimeProvider.System, options.Authorities));

    public async ValueTask DisposeAsync()
    {
        (Plane as IDisposable)?.Dispose();
        if (Plane is IAsyncDisposable gateway)
        {
            await gateway.DisposeAsync();
        }
    }
}
