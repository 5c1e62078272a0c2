using System.Net;
using System.Net.Sockets;

namespace OrleansHybrid.Support;

/// <summary>Ports that are free, and stay so: below those that the system gives to whoever asks for any.</summary>
public static class FreePorts
{
    /// <summary>One of them, on loopback.</summary>
    public static int Next() => Take(1)[0];

    /// <summary>So many of them, on loopback.</summary>
    public static IReadOnlyList<int> Take(int count)
    {
        var ports = new HashSet<int>();
        while (ports.Count < count)
        {
            var port = Random.Shared.Next(15_000, 32_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                ports.Add(port);
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }

        return [.. ports];
    }
}
