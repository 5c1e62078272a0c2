using System.Buffers.Text;
using System.Net.Sockets;
using System.Text;

namespace OrleansHybrid.Bench.Load;

/// <summary>
/// One HTTP/1.1 connection that sends requests built beforehand and reads answers that say their length: next to no work
/// beside the system calls, since the load shares its processors with the server.
/// </summary>
internal sealed class RawHttpConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private NetworkStream? _stream;
    private byte[] _buffer = new byte[4096];

    /// <summary>A connection to the server.</summary>
    public static async Task<RawHttpConnection> ConnectAsync(Uri server)
    {
        var wire = new RawHttpConnection();
        await wire._socket.ConnectAsync(server.Host, server.Port);
        wire._stream = new NetworkStream(wire._socket);
        return wire;
    }

    /// <summary>The bytes of a POST request.</summary>
    public static byte[] Post(Uri server, string path, string authorization, ReadOnlySpan<byte> body) =>
    [
        .. Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: {authorization}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"),
        .. body,
    ];

    /// <summary>The bytes of a GET request.</summary>
    public static byte[] Get(Uri server, string path, string authorization) => Encoding.ASCII.GetBytes(
        $"GET {path} HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: {authorization}\r\n\r\n");

    /// <summary>The answer's body, good until the next request; throws when the answer is no success.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> SendAsync(byte[] request, CancellationToken cancellationToken = default)
    {
        await _stream!.WriteAsync(request, cancellationToken);
        var (filled, body, end) = (0, 0, int.MaxValue);
        while (filled < end)
        {
            if (filled == _buffer.Length)
            {
                Array.Resize(ref _buffer, end < int.MaxValue ? end : 2 * filled);
            }

            var read = await _stream.ReadAsync(_buffer.AsMemory(filled), cancellationToken);
            filled += read > 0 ? read : throw new IOException("the silo closed the connection");
            if (end == int.MaxValue && _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) is >= 0 and var head)
            {
                body = head + 4;
                end = body + ParseContentLength(_buffer.AsSpan(0, body));
            }
        }

        return _buffer.AsSpan("HTTP/1.1 ".Length).StartsWith("200"u8)
            ? _buffer.AsMemory(body, end - body)
            : throw new HttpRequestException($"the silo answered {Encoding.UTF8.GetString(_buffer, 0, end)}");
    }

    public void Dispose() => _socket.Dispose();

    private static int ParseContentLength(ReadOnlySpan<byte> head)
    {
        var name = "Content-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _)
            ? length
            : throw new HttpRequestException("the silo's answer does not say its length");
    }
}
