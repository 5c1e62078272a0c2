using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>
/// Sends requests byte for byte, one after the other over one connection for as long as the server keeps it.
/// </summary>
internal sealed class RawHttpClient(Uri address) : IAsyncDisposable
{
    private TcpClient? _connection;
    private BufferedStream? _stream;

    /// <summary>Sends a request, and reads the one answer to it.</summary>
    public async Task<RawHttpResponse> SendAsync(byte[] request, CancellationToken cancellationToken = default)
    {
        if (_connection is null)
        {
            _connection = new TcpClient { NoDelay = true };
            await _connection.ConnectAsync(address.Host, address.Port, cancellationToken);
            _stream = new BufferedStream(_connection.GetStream());
        }

        try
        {
            await _stream!.WriteAsync(request, cancellationToken);
            await _stream.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            // Whoever is refused before the end of a long body may be cut off; the answer is there all the same.
        }

        // Who expects to be told to go on has gone on already.
        var answer = await ReadAsync(cancellationToken);
        while (answer.Status == 100)
        {
            answer = await ReadAsync(cancellationToken);
        }

        if (answer.Closes)
        {
            await DisposeAsync();
        }

        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        _connection?.Dispose();
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }

        (_connection, _stream) = (null, null);
    }

    private async Task<RawHttpResponse> ReadAsync(CancellationToken cancellationToken)
    {
        var status = (await LineAsync(cancellationToken)).Split(' ', 3);
        var headers = new List<KeyValuePair<string, string>>();
        while (await LineAsync(cancellationToken) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add(new(line[..colon], line[(colon + 1)..].Trim()));
        }

        var head = new RawHttpResponse(status[0], int.Parse(status[1], CultureInfo.InvariantCulture), headers, []);
        return head with { Body = head.Chunked ? await ChunksAsync(cancellationToken) : await BytesAsync(head.Length, cancellationToken) };
    }

    private async Task<byte[]> ChunksAsync(CancellationToken cancellationToken)
    {
        var body = new List<byte>();
        while (int.Parse(await LineAsync(cancellationToken), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var size)
        {
            body.AddRange(await BytesAsync(size, cancellationToken));
            Assert.Empty(await LineAsync(cancellationToken));
        }

        Assert.Empty(await LineAsync(cancellationToken));
        return [.. body];
    }

    private async Task<byte[]> BytesAsync(int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await _stream!.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        while (line.Length == 0 || line[^1] != '\n')
        {
            line.Append((char)(await BytesAsync(1, cancellationToken))[0]);
        }

        return line.ToString().TrimEnd('\r', '\n');
    }
}

/// <summary>An answer as it came over the wire, but for its chunks.</summary>
internal sealed record RawHttpResponse(
    string Protocol, int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    public bool Chunked => Header("Transfer-Encoding") == "chunked";

    public bool Closes => Header("Connection") == "close";

    public int Length => int.Parse(Header("Content-Length") ?? "0", CultureInfo.InvariantCulture);

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body, if it is one JSON object; otherwise null.</summary>
    public JsonElement? Json
    {
        get
        {
            try
            {
                return JsonElement.Parse(Body) is { ValueKind: JsonValueKind.Object } json ? json : null;
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    public string? Header(string name) => Headers
        .Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
        .Select(header => header.Value)
        .SingleOrDefault();
}
