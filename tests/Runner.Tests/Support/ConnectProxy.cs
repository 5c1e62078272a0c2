using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>A proxy that really lets through what asks by CONNECT, with the right password where it wants one.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly string? wanted;
    private readonly Task accepting;
    private int refused;

    /// <param name="login">USER:PASSWORD; null to let anybody through.</param>
    public ConnectProxy(string? login)
    {
        wanted = login is null ? null : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(login))}";
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Whom it has let somebody through to.</summary>
    public ConcurrentQueue<string> Targets { get; } = [];

    /// <summary>How often it has not.</summary>
    public int Refused => Volatile.Read(ref refused);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await accepting;
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await listener.AcceptTcpClientAsync(end.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await PassAsync(client.GetStream());
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One of the two ends has gone, or the test is over.
            }
        }
    }

    private async Task PassAsync(NetworkStream stream)
    {
        while (await HeadAsync(stream) is { Count: > 0 } head)
        {
            var target = head[0].Split(' ');
            if (target[0] != "CONNECT" || (wanted is not null && !head.Contains(wanted)))
            {
                Interlocked.Increment(ref refused);
                await stream.WriteAsync("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), end.Token);
                continue;
            }

            Targets.Enqueue(target[1]);
            using var onward = new TcpClient();
            await onward.ConnectAsync(
                IPEndPoint.TryParse(target[1], out var place) ? place : new(IPAddress.Loopback, int.Parse(target[1].Split(':')[1], CultureInfo.InvariantCulture)), end.Token);
            await stream.WriteAsync("HTTP/1.1 200 Established\r\n\r\n"u8.ToArray(), end.Token);
            await Task.WhenAny(
                stream.CopyToAsync(onward.GetStream(), end.Token), onward.GetStream().CopyToAsync(stream, end.Token));
            return;
        }
    }

    // Byte by byte: what follows belongs to the tunnel.
    private async Task<List<string>> HeadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, end.Token) > 0)
        {
            text.Append((char)one[0]);
        }

        return [.. text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries)];
    }
}
