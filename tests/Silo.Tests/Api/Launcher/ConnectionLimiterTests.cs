using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Launcher.Tests.Policy;
using OrleansHybrid.Silo.Api.Launcher;

namespace OrleansHybrid.Silo.Tests.Api.Launcher;

/// <summary>V11: who connects is looked at before anything is read, and nobody can take the places of those who may call.</summary>
public sealed class ConnectionLimiterTests
{
    private static readonly IPAddress Allowed = IPAddress.Parse("127.0.0.2"), Beside = IPAddress.Parse("127.0.0.3"), Stranger = IPAddress.Loopback;

    [Fact(Timeout = 120_000)]
    public async Task A_thousand_half_open_connections_from_an_address_that_may_not_call_shut_out_nobody()
    {
        await using var server = await OpenAsync("127.0.0.2");
        var open = new List<TcpClient>();
        try
        {
            for (var connection = 0; connection < 1_000; connection++)
            {
                open.Add(await HalfOpenAsync(server, Stranger));
            }

            Assert.Equal(HttpStatusCode.Accepted, await CallAsync(server, Allowed));
        }
        finally
        {
            open.ForEach(client => client.Dispose());
        }

        // Each is counted, the last ones maybe only now.
        while (server.Launcher.RefusedCalls.Sum(call => call.Count) < 1_000 - ConnectionLimiter.MaxConnectionsPerUnknown)
        {
            await server.RejectedCalls.FlushAsync();
        }

        Assert.All(server.Launcher.RefusedCalls, call => Assert.Equal(("too many connections", "127.0.0.1"), (call.Reason, call.Origin.Peer)));
        Assert.Equal(1_000 - ConnectionLimiter.MaxConnectionsPerUnknown, server.Launcher.RefusedCalls.Sum(call => call.Count));
    }

    [Fact(Timeout = 120_000)]
    public async Task Callers_that_are_not_allowed_get_a_response_while_there_is_room_and_again_once_there_is()
    {
        await using var server = await OpenAsync("127.0.0.2");
        var open = new List<TcpClient>();
        for (var connection = 0; connection < ConnectionLimiter.MaxConnectionsPerUnknown; connection++)
        {
            open.Add(await HalfOpenAsync(server, Stranger));
        }

        await RefusedAsync(server, Stranger);
        open.ForEach(client => client.Dispose());

        HttpStatusCode? told = null;
        while (told is null)
        {
            try
            {
                told = await CallAsync(server, Stranger);
            }
            catch (HttpRequestException)
            {
                // Its end has not been seen there yet.
            }
        }

        Assert.Equal(HttpStatusCode.Forbidden, told);
    }

    [Fact(Timeout = 120_000)]
    public async Task One_address_that_may_call_does_not_take_the_places_of_the_others()
    {
        await using var server = await OpenAsync("127.0.0.0/8");
        var open = new List<TcpClient>();
        try
        {
            for (var connection = 0; connection < ConnectionLimiter.MaxConnectionsPerCaller; connection++)
            {
                open.Add(await HalfOpenAsync(server, Allowed));
            }

            await RefusedAsync(server, Allowed);
            Assert.Equal(HttpStatusCode.Accepted, await CallAsync(server, Beside));
        }
        finally
        {
            open.ForEach(client => client.Dispose());
        }
    }

    [Theory(Timeout = 120_000)]
    [InlineData("")]
    [InlineData("POST /run HTTP/1.1\r\nHost: x\r\nX-")]
    public async Task Silent_connections_and_endless_request_heads_are_closed(string words)
    {
        await using var server = await OpenAsync("127.0.0.2", TimeSpan.FromSeconds(1));
        using var client = await HalfOpenAsync(server, Allowed, words);

        var buffer = new byte[4096];
        while (await ReadAsync(client, buffer) > 0)
        {
            // An answer that says why may come before the end.
        }

        Assert.Equal(0, await ReadAsync(client, buffer));
    }

    [Theory]
    [InlineData("192.0.2.7", nameof(PeerKind.Caller))]
    [InlineData("::ffff:192.0.2.7", nameof(PeerKind.Caller))]
    [InlineData("10.0.0.1", nameof(PeerKind.Proxy))]
    [InlineData("127.0.0.1", nameof(PeerKind.Unknown))]
    [InlineData("192.0.2.8", nameof(PeerKind.Unknown))]
    [InlineData("2001:db8::1", nameof(PeerKind.Unknown))]
    public void A_peer_is_what_the_policy_says_and_a_proxy_is_its_own_peer(string peer, string kind)
    {
        var callers = new AllowedCallers([Network.Parse("192.0.2.7")!], [Network.Parse("10.0.0.0/8")!], MaxHops: 1);

        Assert.Equal(kind, $"{callers.GetPeerKind(IPAddressParser.Normalize(IPAddress.Parse(peer)))}");
    }

    private static Task<LauncherServerFixture> OpenAsync(string allowed, TimeSpan? patience = null) => LauncherServerFixture.StartAsync(
        new PolicyFolder(PolicyFolder.Usual.Replace("allowed_client_ip: 127.0.0.1", $"allowed_client_ip: {allowed}", StringComparison.Ordinal)), patience: patience);

    private static async Task<TcpClient> HalfOpenAsync(LauncherServerFixture server, IPAddress from, string words = "POST /run HT")
    {
        var client = new TcpClient(new IPEndPoint(from, 0));
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, server.Address.Port);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(words));
        }
        catch (Exception ex) when (ex is IOException or SocketException)
        {
            // It is let go already.
        }

        return client;
    }

    private static async Task<int> ReadAsync(TcpClient client, byte[] buffer)
    {
        try
        {
            return await client.GetStream().ReadAsync(buffer);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary>Calls until there is no place: the last of those that are open may not have been looked at yet.</summary>
    private static async Task RefusedAsync(LauncherServerFixture server, IPAddress from)
    {
        Exception? refused = null;
        while (refused is null)
        {
            refused = await Record.ExceptionAsync(() => CallAsync(server, from));
        }

        Assert.True(refused is HttpRequestException or IOException or SocketException, $"{refused}");
    }

    private static async Task<HttpStatusCode> CallAsync(LauncherServerFixture server, IPAddress from)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(from, 0));
                await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var form = new FormUrlEncodedContent([new("h", "abc"), new("s", PolicyFolder.Secret)]);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "run")) { Content = form, Headers = { { "Accept", "application/json" } } };
        using var answer = await http.SendAsync(request);
        return answer.StatusCode;
    }
}
