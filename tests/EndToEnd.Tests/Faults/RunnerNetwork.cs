using System.Security.Cryptography;

namespace OrleansHybrid.EndToEnd.Tests.Faults;

/// <summary>
/// A network namespace that reaches this machine by one cable and nothing else; what is cut is cut silently, inside it.
/// </summary>
internal sealed class RunnerNetwork : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _net;

    private RunnerNetwork(string name, string net) => (_name, _net) = (name, net);

    /// <summary>The machine's address on the cable.</summary>
    public string Outside => $"{_net}.1";

    /// <summary>The command that runs another inside.</summary>
    public IReadOnlyList<string> Command => ["ip", "netns", "exec", _name];

    /// <summary>Makes one.</summary>
    public static async Task<RunnerNetwork> MakeAsync()
    {
        var name = $"hyb{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        var net = $"10.213.{RandomNumberGenerator.GetInt32(256)}";
        var network = new RunnerNetwork(name, net);
        await SystemCommand.RunAsync("ip", "netns", "add", name);
        await SystemCommand.RunAsync("ip", "link", "add", $"{name}o", "type", "veth", "peer", "name", $"{name}i", "netns", name);
        await SystemCommand.RunAsync("ip", "addr", "add", $"{net}.1/30", "dev", $"{name}o");
        await SystemCommand.RunAsync("ip", "link", "set", $"{name}o", "up");
        await network.InsideAsync("ip", "addr", "add", $"{net}.2/30", "dev", $"{name}i");
        await network.InsideAsync("ip", "link", "set", $"{name}i", "up");
        await network.InsideAsync("ip", "link", "set", "lo", "up");
        return network;
    }

    /// <summary>From now on nothing comes in.</summary>
    public Task CutInwardsAsync() => InsideAsync("iptables", "-A", "INPUT", "-j", "DROP");

    /// <summary>From now on nothing goes out.</summary>
    public Task CutOutwardsAsync() => InsideAsync("iptables", "-A", "OUTPUT", "-j", "DROP");

    /// <summary>All is as it was.</summary>
    public Task HealAsync() => InsideAsync("iptables", "-F");

    // The cable goes with the namespace at one of its ends.
    public async ValueTask DisposeAsync() => await SystemCommand.RunAsync("ip", "netns", "del", _name);

    private Task InsideAsync(params string[] command) => SystemCommand.RunAsync("ip", ["netns", "exec", _name, .. command]);
}
