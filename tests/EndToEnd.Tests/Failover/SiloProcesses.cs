using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests.Failover;

/// <summary>Control planes as processes that share a database and a server key, with one address in front of them.</summary>
internal sealed class SiloProcesses : IAsyncDisposable
{
    private readonly List<ControlPlaneProcess> _all = [];
    private readonly TestLoadBalancer _front;

    private SiloProcesses(IReadOnlyList<Uri> addresses, string gateways) => (Addresses, Gateways, _front) = (addresses, gateways, new TestLoadBalancer(addresses));

    /// <summary>Where each of them listens.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    /// <summary>Where their gateways are, as runners and apps are told.</summary>
    public string Gateways { get; }

    /// <summary>The file with the key of the first of them.</summary>
    public string ServerKey => Path.Combine(_all[0].Folder, "server.key");

    public ControlPlaneProcess this[int silo] => _all[silo];

    /// <summary>Starts so many on a database, the first of them with a new server key unless it is given one.</summary>
    public static async Task<SiloProcesses> StartAsync(string database, int count, string? serverKey = null)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, database);
        var ports = FreePorts.Take(3 * count);
        var addresses = ports.Take(count).Select(port => new Uri($"http://127.0.0.1:{port}")).ToList();
        var silos = new SiloProcesses(addresses, string.Join(',', Enumerable.Range(0, count).Select(i => $"127.0.0.1:{ports[count + (2 * i) + 1]}")));
        for (var i = 0; i < count; i++)
        {
            string[] key = serverKey is null ? [] : ["--server-key-file", serverKey];
            silos._all.Add(await ControlPlaneProcess.StartAsync([
                "--urls", addresses[i].AbsoluteUri,
                "--public-url", silos._front.Address.AbsoluteUri,
                "--postgres-file", file,
                "--silo", $"127.0.0.1:{ports[count + (2 * i)]}:{ports[count + (2 * i) + 1]}",
                "--certificates", TestCertificates.Shared.Silo.Folder,
                "--leave-seconds", "2",
                .. key,
            ]));
            serverKey ??= silos.ServerKey;
        }

        return silos;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Enumerable.Reverse(_all))
        {
            await silo.DisposeAsync();
        }

        await _front.DisposeAsync();
    }
}
