using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrleansHybrid.Support;

/// <summary>A proxy that notes what reaches it, lets nothing through, and answers 403.</summary>
public sealed class ProxyTrap : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Task _accepting;

    public ProxyTrap()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Its address, without user and password.</summary>
    public string Name => $"http://{_listener.LocalEndpoint}";

    /// <summary>The first line of each request that came.</summary>
    public ConcurrentQueue<string> Received { get; } = [];

    /// <summary>The variables by which an environment names it in every spelling, with no exceptions from it.</summary>
    public IReadOnlyDictionary<string, string> EnvironmentVariables(string userInfo = "") =>
        new[] { "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" }
            .ToDictionary(name => name, _ => $"http://{userInfo}{_listener.LocalEndpoint}")
            .Append(new("NO_PROXY", "")).Append(new("no_proxy", ""))
            .ToDictionary();

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream(), leaveOpen: true);
                Received.Enqueue(await reader.ReadLineAsync() ?? "");
                while (await reader.ReadLineAsync() is { Length: > 0 })
                {
                }

                await client.GetStream().WriteAsync("HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException or IOException)
        {
            // Disposed, or whoever came has gone.
        }
    }
}
