using OrleansHybrid.Abstractions.Gateway;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Runner.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.ControlPlane;

/// <summary>A runner at the gateway of a silo of the control plane.</summary>
public sealed class GrainControlPlaneClientContractTests : ControlPlaneClientContractTests
{
    private readonly GatewaySilo _silo = new();
    private readonly List<GrainControlPlaneClient> _opened = [];

    private protected override async Task<IControlPlaneClient> OpenAsync(Uri address)
    {
        await _silo.StartAsync(address);
        return Note(await _silo.ConnectAsync(new ExecutorSessions()));
    }

    private protected override Task<IControlPlaneClient> OpenNowhereAsync() => Task.FromResult<IControlPlaneClient>(
        Note(GatewaySilo.Connect(new GatewayAddress("127.0.0.1", FreePorts.Next()), new ExecutorSessions())));

    private protected override async Task CloseAsync()
    {
        foreach (var link in _opened)
        {
            await link.DisposeAsync();
        }

        await _silo.DisposeAsync();
    }

    private GrainControlPlaneClient Note(GrainControlPlaneClient link)
    {
        _opened.Add(link);
        return link;
    }
}
