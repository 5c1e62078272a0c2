using System.Text;
using OrleansHybrid.Bench.Servers;

namespace OrleansHybrid.Bench.Load;

/// <summary>Queues tasks of one cluster over HTTP, as many in a request as asked.</summary>
internal sealed class QueueLoad : IDisposable
{
    private readonly RawHttpConnection[] _wires;
    private readonly byte[] _request;
    private readonly int _tasks;

    private QueueLoad(RawHttpConnection[] wires, byte[] request, int tasks)
    {
        _wires = wires;
        _request = request;
        _tasks = tasks;
    }

    /// <summary>Opens the connections.</summary>
    public static async Task<QueueLoad> OpenAsync(SiloProcess silo, BenchCluster cluster, int connections, int tasks)
    {
        var task = $$"""{"code_name":"{{SiloProcess.CodeName}}","cluster":"{{cluster.Id}}","payload":"{{Payload.Text}}"}""";
        var body = $$"""{"tasks":[{{string.Join(',', Enumerable.Repeat(task, tasks))}}]}""";
        var request = RawHttpConnection.Post(
            silo.Url, $"/2/projects/{silo.ProjectId}/tasks", $"OAuth {silo.Token}", Encoding.UTF8.GetBytes(body));
        var wires = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => RawHttpConnection.ConnectAsync(silo.Url)));
        return new QueueLoad(wires, request, tasks);
    }

    /// <summary>Sends one request; done when it is answered.</summary>
    public async Task SendAsync() => await _wires[0].SendAsync(_request);

    /// <summary>Sends over all connections at once, each its next request when the last is answered.</summary>
    public Task RunAsync(Round round) => Task.WhenAll(_wires.Select(wire => RunAsync(wire, round)));

    public void Dispose()
    {
        foreach (var wire in _wires)
        {
            wire.Dispose();
        }
    }

    private async Task RunAsync(RawHttpConnection wire, Round round)
    {
        await Task.Yield();
        while (round.IsOpen)
        {
            await wire.SendAsync(_request);
            round.Record(_tasks);
        }
    }
}
