using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Client;

/// <summary>Reads the server-sent events of one task, and takes the stream up again where it was cut.</summary>
internal sealed class TaskEventStream(IronApi api, string path, HybridOptions options) : IDisposable
{
    private const string Type = "text/event-stream";

    private static readonly TimeSpan ComeBack = TimeSpan.FromSeconds(1);

    // A server that lives shows it every 15 seconds.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(45);

    private HttpResponseMessage? _response;
    private StreamReader? _lines;
    private string _lastId = "";
    private TaskInfo? _task;
    private long? _lost;

    // Whoever told something and then stops, as a server that leaves does, is no outage: that begins when nobody takes up the stream.
    private bool _hears;

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
                if (kind == TaskNews.End)
                {
                    return null;
                }

                if (Event(kind, data) is { } next)
                {
                    return next;
                }
            }
            catch (HybridException ex) when (ex.TryAgain && (_hears || IsPatient()))
            {
                Dispose();
                await Task.Delay(ComeBack, clock, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _lines?.Dispose();
        _response?.Dispose();
        (_lines, _response, _hears) = (null, null, false);
    }

    private bool IsPatient()
    {
        var clock = options.TimeProvider;
        return clock.GetElapsedTime(_lost ??= clock.GetTimestamp()) < options.OutagePatience;
    }

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        _response = await api.SendAsync(Request, reads: true, cancellationToken).ConfigureAwait(false);
        if (_response.Content.Headers.ContentType?.MediaType != Type)
        {
            throw IronApi.Strange(_response, cause: null);
        }

        _lines = new StreamReader(await _response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), Encoding.UTF8);
    }

    private HttpRequestMessage Request()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, api.Url(path));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(Type));
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
            switch ((await LineAsync(cancellationToken).ConfigureAwait(false)).Split(": ", 2))
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

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(LongestSilence);
        try
        {
            var line = await _lines!.ReadLineAsync(patience.Token).ConfigureAwait(false)
                ?? throw new IOException("the stream of events was cut");
            (_lost, _hears) = (null, true);
            return line;
        }
        catch (Exception ex) when (
            ex is IOException or HttpRequestException || (ex is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw IronApi.Silence(_response!.RequestMessage!, ex);
        }
    }

    /// <summary>An event in our words; null for what a newer server may tell, and for what was known.</summary>
    private TaskEvent? Event(string kind, string data)
    {
        switch (kind)
        {
            case TaskNews.Status:
                var before = _task;
                _task = Read(data, IronJson.Default.TaskInfo);
                return _task == before ? null : new TaskChanged(_task);
            case TaskNews.Log:
                var log = Read(data, IronJson.Default.LogNews);
                return new LogAdded(Attempt(), log.Offset, log.Bytes ?? Encoding.UTF8.GetBytes(log.Text));
            case TaskNews.Restart:
                return new LogRestarted(Read(data, IronJson.Default.RestartNews).Attempt);
            default:
                return null;
        }
    }

    private int Attempt() =>
        int.TryParse(_lastId.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var attempt) ? attempt : 0;

    private T Read<T>(string data, JsonTypeInfo<T> shape)
    {
        try
        {
            return JsonSerializer.Deserialize(data, shape) ?? throw new JsonException("null");
        }
        catch (JsonException ex)
        {
            throw IronApi.Strange(_response!, ex);
        }
    }
}
