using System.Net.Sockets;
using System.Text;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>A plain socket, for requests that no client library would send.</summary>
internal static class RawConnection
{
    public static async Task<string> ExchangeAsync(Uri address, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync();
    }
}
