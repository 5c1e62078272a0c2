using System.Net;
using System.Net.Sockets;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.ControlPlane;

/// <summary>The default.</summary>
public sealed class HttpControlPlaneClientTests : ControlPlaneClientContractTests
{
    private readonly List<IDisposable> _opened = [];

    [Fact(Timeout = 30_000)]
    public async Task Heartbeats_have_a_connection_of_their_own()
    {
        await using var plane = await FakeControlPlane.StartAsync();
        using var link = new HttpControlPlaneClient(plane.Address, TimeProvider.System);
        await link.LogAsync("credential-1", new LogUploadRequest { Pieces = [] }, default);
        await link.HeartbeatAsync("credential-1", new() { Leases = [] }, TimeSpan.FromSeconds(5), default);
        await link.FinishAsync("credential-1", new FinishRequest { Results = [] }, default);

        Assert.Equal(plane.Connections["log"], plane.Connections["finish"]);
        Assert.NotEqual(plane.Connections["log"], plane.Connections["heartbeat"]);
    }

    private protected override Task<IControlPlaneClient> OpenAsync(Uri address)
    {
        var link = new HttpControlPlaneClient(address, TimeProvider.System);
        _opened.Add(link);
        return Task.FromResult<IControlPlaneClient>(link);
    }

    private protected override Task<IControlPlaneClient> OpenNowhereAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        _opened.Add(socket);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return OpenAsync(new Uri($"http://127.0.0.1:{((IPEndPoint)socket.LocalEndPoint!).Port}"));
    }

    private protected override Task CloseAsync()
    {
        _opened.ForEach(each => each.Dispose());
        return Task.CompletedTask;
    }
}
