using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Client;

/// <summary>Reads the server-sent events of one task, and takes the stream up again where it was cut.</summary>
internal sealed class TaskEventStream(IronHttpClient api, string path, HybridOptions options) : IDisposable
{
    private const string EventStreamMediaType = "text/event-stream";

    private static readonly TimeSpan ReconnectDelay = TimeSpan.FromSeconds(1);

    // A server that lives shows it every 15 seconds.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(45);

    private HttpResponseMessage? _response;
    private StreamReader? _lines;
    private string _lastId = "";
    private TaskInfo? _task;
    private long? _outageSince;

    // Whoever told something and then stops, as a server that leaves does, is no outage: that begins when nobody takes up the stream.
    private bool _isReceiving;

    /// <summary>The next event; null at the end.</summary>
    public async Task<TaskEvent?> NextAsync(CancellationToken cancellationToken)
    {
        var clock = options.TimeProvider;
        while (true)
        {
            try
            {
                if (_lines is null)
                {
                    await OpenAsync(cancellationToken).ConfigureAwait(false);
                }

                var (kind, data) = await ReadEventAsync(cancellationToken).ConfigureAwait(false);
                if (kind == TaskEventTypes.End)
                {
                    return null;
                }

                if (ParseEvent(kind, data) is { } next)
                {
                    return next;
                }
            }
            catch (HybridException ex) when (ex.IsTransient && (_isReceiving || IsWithinOutageTimeout()))
            {
                Dispose();
                await Task.Delay(ReconnectDelay, clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _lines?.Dispose();
        _response?.Dispose();
        (_lines, _response, _isReceiving) = (null, null, false);
    }

    private bool IsWithinOutageTimeout()
    {
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

        _lines = new StreamReader(await _response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), Encoding.UTF8);
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

    /// <summary>The next event that has come whole; only then is it one that need not come again.</summary>
    private async Task<(string Kind, string Data)> ReadEventAsync(CancellationToken cancellationToken)
    {
        var (kind, data, id) = ("", "", _lastId);
        while (true)
        {
            switch ((await ReadLineAsync(cancellationToken).ConfigureAwait(false)).Split(": ", 2))
            {
                case ["event", var value]:
                    kind = value;
                    break;
                case ["data", var value]:
                    data = value;
                    break;
                case ["id", var value]:
                    id = value;
                    break;
                case [""] when kind.Length > 0:
                    _lastId = id;
                    return (kind, data);
            }
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(IdleTimeout);
        try
        {
            var line = await _lines!.ReadLineAsync(patience.Token).ConfigureAwait(false)
                ?? throw new IOException("the stream of events was cut");
            (_outageSince, _isReceiving) = (null, true);
            return line;
        }
        catch (Exception ex) when (
            ex is IOException or HttpRequestException || (ex is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw IronHttpClient.NoResponse(_response!.RequestMessage!, ex);
        }
    }

    /// <summary>An event in our words; null for what a newer server may tell, and for what was known.</summary>
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
