using System.Net;
using System.Net.Sockets;

namespace OrleansHybrid.Support;

/// <summary>
/// The one address in front of several silos: each new connection goes to the next of them that says it is ready, and ends
/// with the silo's end of it.
/// </summary>
public sealed class TestLoadBalancer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly HttpClient _probe = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly IReadOnlyList<Uri> _silos;
    private readonly Task _accepting;
    private uint _turn;

    public TestLoadBalancer(params IReadOnlyList<Uri> silos)
    {
        _silos = silos;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        _probe.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ForwardAsync(await _listener.AcceptTcpClientAsync());
            }
        }
        catch (Exception ex) when (ex is SocketException or ObjectDisposedException)
        {
            // Disposed: whoever is connected stays so until one of the two ends.
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using (client)
        {
            if (await FindReadySiloAsync() is not { } silo)
            {
                return;
            }

            using var onward = new TcpClient { NoDelay = true };
            client.NoDelay = true;
            try
            {
                await onward.ConnectAsync(silo.Host, silo.Port);
                await Task.WhenAny(
                    client.GetStream().CopyToAsync(onward.GetStream()), onward.GetStream().CopyToAsync(client.GetStream()));
            }
            catch (SocketException)
            {
                // It was ready a moment ago: to the client this is a connection that ends.
            }
        }
    }

    private async Task<Uri?> FindReadySiloAsync()
    {
        var turn = Interlocked.Increment(ref _turn);
        for (var i = 0u; i < _silos.Count; i++)
        {
            var silo = _silos[(int)((turn + i) % _silos.Count)];
            if (await IsReadyAsync(silo))
            {
                return silo;
            }
        }

        return null;
    }

    private async Task<bool> IsReadyAsync(Uri silo)
    {
        try
        {
            using var answer = await _probe.GetAsync(new Uri(silo, "/readyz"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception ex) when (ex is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }
}
