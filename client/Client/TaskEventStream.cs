using System.Globalization;
using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Client;

/// <summary>Reads the server-sent events of one task, and takes the stream up again where it was cut.</summary>
internal sealed class TaskEventStream(IronHttpClient api, string path, HybridOptions options) : IAsyncDisposable
{
    private const string EventStreamMediaType = "text/event-stream";

    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    // The server sends a heartbeat every 15 seconds, a comment, which the parser skips.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(45);

    private HttpResponseMessage? _response;
    private IdleTimeoutStream? _stream;
    private IAsyncEnumerator<SseItem<string>>? _events;
    private string _lastId = "";
    private TaskInfo? _task;
    private long? _outageSince;

    /// <summary>The next event; null at the end.</summary>
    public async Task<TaskEvent?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (_events is null)
                {
                    await OpenAsync(cancellationToken).ConfigureAwait(false);
                }

                var item = await ReadEventAsync(cancellationToken).ConfigureAwait(false);
                if (item.EventType == TaskEventTypes.End)
                {
                    return null;
                }

                if (ParseEvent(item.EventType, item.Data) is { } next)
                {
                    return next;
                }
            }
            catch (HybridException ex) when (ex.IsTransient && ShouldReconnect())
            {
                await DisposeAsync().ConfigureAwait(false);
                await Task.Delay(ReconnectDelay, options.TimeProvider, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_events is not null)
        {
            await _events.DisposeAsync().ConfigureAwait(false);
        }

        if (_stream is not null)
        {
            await _stream.DisposeAsync().ConfigureAwait(false);
        }

        _response?.Dispose();
        (_response, _stream, _events) = (null, null, null);
    }

    /// <summary>
    /// A server that sent events and then closes is shutting down, which is no outage: that begins when no server accepts the stream.
    /// </summary>
    private bool ShouldReconnect()
    {
        if (_stream is { HasRead: true })
        {
            _outageSince = null;
            return true;
        }

        var clock = options.TimeProvider;
        return clock.GetElapsedTime(_outageSince ??= clock.GetTimestamp()) < options.OutageTimeout;
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        _response = await api.SendAsync(Request, isReadOnly: true, cancellationToken).ConfigureAwait(false);
        if (_response.Content.Headers.ContentType?.MediaType != EventStreamMediaType)
        {
            throw IronHttpClient.UnexpectedResponse(_response, cause: null);
        }

        var body = await _response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        _stream = new IdleTimeoutStream(body, IdleTimeout, TimeProvider.System);
        _events = SseParser.Create(_stream).EnumerateAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
    }

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, api.Url(path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(EventStreamMediaType));
        if (_lastId.Length > 0)
        {
            request.Headers.Add("Last-Event-ID", _lastId);
        }

        return request;
    }

    /// <summary>The next event that has arrived completely; only then is its id confirmed.</summary>
    private async Task<SseItem<string>> ReadEventAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await _events!.MoveNextAsync().ConfigureAwait(false))
            {
                throw new IOException("the stream of events was cut");
            }
        }
        catch (Exception ex) when (
            ex is IOException or HttpRequestException || (ex is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw IronHttpClient.NoResponse(_response!.RequestMessage!, ex);
        }

        _lastId = _events.Current.EventId ?? _lastId;
        return _events.Current;
    }

    /// <summary>An event of the client's types; null for an unknown kind of a newer server, and for one that was seen.</summary>
    private TaskEvent? ParseEvent(string kind, string data)
    {
        switch (kind)
        {
            case TaskEventTypes.Status:
                var before = _task;
                _task = Deserialize(data, IronJson.Default.TaskInfo);
                return _task == before ? null : new TaskChanged(_task);
            case TaskEventTypes.Log:
                var log = Deserialize(data, IronJson.Default.LogEvent);
                return new LogAdded(GetAttempt(), log.Offset, log.Bytes ?? Encoding.UTF8.GetBytes(log.Text));
            case TaskEventTypes.Restart:
                return new LogRestarted(Deserialize(data, IronJson.Default.LogRestartedEvent).Attempt);
            default:
                return null;
        }
    }

    private int GetAttempt() =>
        int.TryParse(_lastId.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : 0;

    private T Deserialize<T>(string data, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(data, type) ?? throw new JsonException("null");
        }
        catch (JsonException ex)
        {
            throw IronHttpClient.UnexpectedResponse(_response!, ex);
        }
    }
}
