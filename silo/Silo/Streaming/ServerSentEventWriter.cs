using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansHybrid.Silo.Streaming;

/// <summary>Writes server-sent events; each goes out before the next is written, or throws <see cref="TimeoutException"/>.</summary>
internal sealed class ServerSentEventWriter(HttpResponse response, TimeProvider time)
{
    private static readonly TimeSpan MaxWriteTime = TimeSpan.FromMinutes(1);

    /// <summary>The first line: the delay before a reconnect.</summary>
    public Task BeginAsync(TimeSpan retryDelay, CancellationToken cancellationToken)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";

        // A proxy that gathers an answer before it sends it on would hold the events back.
        response.Headers["X-Accel-Buffering"] = "no";
        return SendAsync($"retry: {retryDelay.TotalMilliseconds:0}\n\n", cancellationToken);
    }

    /// <summary>A heartbeat, which readers ignore.</summary>
    public Task WriteHeartbeatAsync(CancellationToken cancellationToken) => SendAsync(":\n\n", cancellationToken);

    /// <summary>An event that says nothing but its kind.</summary>
    public Task SendAsync(string kind, string id, CancellationToken cancellationToken) =>
        SendAsync($"event: {kind}\nid: {id}\ndata: {{}}\n\n", cancellationToken);

    /// <summary>One event whose data are JSON, which is one line.</summary>
    public Task SendAsync<T>(string kind, string id, T data, JsonTypeInfo<T> shape, CancellationToken cancellationToken)
    {
        var to = response.BodyWriter;
        Write(to, $"event: {kind}\nid: {id}\ndata: ");
        to.Write(JsonSerializer.SerializeToUtf8Bytes(data, shape));
        return SendAsync("\n\n", cancellationToken);
    }

    /// <summary>One event whose data are lines of text, which ends each with a newline alone.</summary>
    public Task SendTextAsync(string kind, string id, string text, CancellationToken cancellationToken) =>
        SendAsync($"event: {kind}\nid: {id}\ndata: {text.Replace("\n", "\ndata: ", StringComparison.Ordinal)}\n\n", cancellationToken);

    private static void Write(IBufferWriter<byte> to, string text) => Encoding.UTF8.GetBytes(text, to);

    private async Task SendAsync(string text, CancellationToken cancellationToken)
    {
        Write(response.BodyWriter, text);
        var sent = response.BodyWriter.FlushAsync(cancellationToken);
        if (!sent.IsCompletedSuccessfully)
        {
            await sent.AsTask().WaitAsync(MaxWriteTime, time, cancellationToken);
        }
    }
}
