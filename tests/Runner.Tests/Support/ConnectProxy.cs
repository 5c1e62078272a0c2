using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>A proxy that really lets through what asks by CONNECT, with the right password where it wants one.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly string? _wanted;
    private readonly Task _accepting;
    private int _refused;

    /// <param name="login">USER:PASSWORD; null to let anybody through.</param>
    public ConnectProxy(string? login)
    {
        _wanted = login is null ? null : $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(login))}";
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whom it has let somebody through to.</summary>
    public ConcurrentQueue<string> Targets { get; } = [];

    /// <summary>How often it has not.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var served = new List<Task>();
        try
        {
            while (true)
            {
                served.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception ex) when (ex is OperationCanceledException or SocketException or ObjectDisposedException)
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
            catch (Exception ex) when (ex is IOException or SocketException or OperationCanceledException)
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
            if (target[0] != "CONNECT" || (_wanted is not null && !head.Contains(_wanted)))
            {
                Interlocked.Increment(ref _refused);
                await stream.WriteAsync("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), _end.Token);
                continue;
            }

            Targets.Enqueue(target[1]);
            using var onward = new TcpClient();
            await onward.ConnectAsync(
                IPEndPoint.TryParse(target[1], out var place) ? place : new(IPAddress.Loopback, int.Parse(target[1].Split(':')[1], CultureInfo.InvariantCulture)), _end.Token);
            await stream.WriteAsync("HTTP/1.1 200 Established\r\n\r\n"u8.ToArray(), _end.Token);
            await Task.WhenAny(
                stream.CopyToAsync(onward.GetStream(), _end.Token), onward.GetStream().CopyToAsync(stream, _end.Token));
            return;
        }
    }

    // Byte by byte: what follows belongs to the tunnel.
    private async Task<List<string>> HeadAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _end.Token) > 0)
        {
            text.Append((char)one[0]);
        }

        return [.. text.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries)];
    }
}
