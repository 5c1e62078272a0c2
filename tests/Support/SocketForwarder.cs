using System.Collections.Concurrent;
using System.Net.Sockets;

namespace OrleansHybrid.Support;

/// <summary>A Unix socket in front of another, which goes away and comes back as if whoever listens had been stopped.</summary>
public sealed class SocketForwarder(string target) : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-forward-").FullName;
    private readonly ConcurrentDictionary<Socket, bool> _open = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    /// <summary>Where it listens.</summary>
    public string Path => System.IO.Path.Combine(_folder, "socket");

    /// <summary>Begins to listen, again after <see cref="StopAsync"/>.</summary>
    public void Start()
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen();
        _listener = listener;
        _accepting = AcceptAsync(listener);
    }

    /// <summary>Ends all connections and accepts no more.</summary>
    public async Task StopAsync()
    {
        _listener?.Dispose();
        await _accepting;
        foreach (var socket in _open.Keys)
        {
            socket.Dispose();
        }

        File.Delete(Path);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder);
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // StopAsync.
        }
    }

    private async Task ForwardAsync(Socket near)
    {
        using var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _open[near] = _open[far] = true;
        try
        {
            await far.ConnectAsync(new UnixDomainSocketEndPoint(target));
            await Task.WhenAll(CopyAsync(near, far), CopyAsync(far, near));
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // One side is gone, and so the other is told below.
        }
        finally
        {
            _open.TryRemove(near, out _);
            _open.TryRemove(far, out _);
            near.Dispose();
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReceiveAsync(buffer)) > 0)
        {
            for (var sent = 0; sent < read;)
            {
                sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            }
        }

        to.Shutdown(SocketShutdown.Send);
    }
}
