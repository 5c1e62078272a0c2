using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansHybrid.Support;

/// <summary>Takes what programs send by OTLP over HTTP: spans, and the names of metrics.</summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<OtlpItem> _items = [];
    private readonly WebApplication _app;
    private TaskCompletionSource _more = NewSignal();

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>What has programs send to it, soon.</summary>
    public IReadOnlyList<(string Name, string Value)> Variables =>
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", _app.Urls.Single()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "100"),
    ];

    /// <summary>Starts one on a free port of loopback.</summary>
    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.Run(receiver.ReceiveAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>Waits until so many that fit have come; the test's timeout ends it.</summary>
    public async Task<IReadOnlyList<OtlpItem>> WaitForAsync(int count, Predicate<OtlpItem> fits)
    {
        while (true)
        {
            Task more;
            lock (_lock)
            {
                if (_items.FindAll(fits) is var found && found.Count >= count)
                {
                    return found;
                }

                more = _more.Task;
            }

            await more;
        }
    }

    /// <summary>Waits for the first span of this name.</summary>
    public async Task<OtlpItem> WaitForSpanAsync(string name) => (await WaitForAsync(1, item => item.SpanId.Length > 0 && item.Name == name))[0];

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ReceiveAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var items = Read(body.ToArray(), hasSpans: http.Request.Path == "/v1/traces").ToList();
        TaskCompletionSource heard;
        lock (_lock)
        {
            _items.AddRange(items);
            (heard, _more) = (_more, NewSignal());
        }

        heard.SetResult();
        http.Response.ContentType = "application/x-protobuf";
    }

    // The fields have the numbers of opentelemetry-proto, which both kinds of request share down to their items.
    private static IEnumerable<OtlpItem> Read(ReadOnlyMemory<byte> request, bool hasSpans) =>
        from source in Fields(request, 1)
        let service = Attributes(Fields(source, 1).Single(), 1).GetValueOrDefault("service.name", "")
        from scope in Fields(source, 2)
        let scopeName = Text(Fields(scope, 1).Single(), 1)
        from item in Fields(scope, 2)
        select hasSpans
            ? new OtlpItem(service, scopeName, Text(item, 5), Hex(item, 1), Hex(item, 2), Hex(item, 4), Attributes(item, 9))
            : new OtlpItem(service, scopeName, Text(item, 1), "", "", "", new Dictionary<string, string>());

    private static Dictionary<string, string> Attributes(ReadOnlyMemory<byte> message, int field) => Fields(message, field)
        .ToDictionary(pair => Text(pair, 1), pair => Text(Fields(pair, 2).LastOrDefault(), 1));

    private static string Text(ReadOnlyMemory<byte> message, int field) => Encoding.UTF8.GetString(Fields(message, field).LastOrDefault().Span);

    private static string Hex(ReadOnlyMemory<byte> message, int field) => Convert.ToHexStringLower(Fields(message, field).LastOrDefault().Span);

    /// <summary>The bytes of each field of this number; numbers are skipped.</summary>
    private static List<ReadOnlyMemory<byte>> Fields(ReadOnlyMemory<byte> message, int field)
    {
        var found = new List<ReadOnlyMemory<byte>>();
        while (message.Length > 0)
        {
            var tag = ReadNumber(ref message);
            var length = (int)(tag & 7) switch
            {
                0 => SkipNumber(ref message),
                1 => sizeof(long),
                2 => (int)ReadNumber(ref message),
                5 => sizeof(int),
                var other => throw new InvalidDataException($"wire type {other}"),
            };
            if (tag == ((ulong)field << 3 | 2))
            {
                found.Add(message[..length]);
            }

            message = message[length..];
        }

        return found;
    }

    private static int SkipNumber(ref ReadOnlyMemory<byte> message)
    {
        _ = ReadNumber(ref message);
        return 0;
    }

    private static ulong ReadNumber(ref ReadOnlyMemory<byte> message)
    {
        var number = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message.Span[0];
            message = message[1..];
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return number;
            }
        }
    }
}

/// <summary>A span, or a metric, which has no ids.</summary>
/// <param name="Service">The program that sent it.</param>
/// <param name="Scope">The source or the meter.</param>
/// <param name="Name">The span's or the metric's name.</param>
/// <param name="TraceId">32 hex digits.</param>
/// <param name="SpanId">16 hex digits.</param>
/// <param name="ParentSpanId">16 hex digits; empty for the first of its trace.</param>
/// <param name="Attributes">Those with text; others are there with empty text.</param>
public sealed record OtlpItem(
    string Service, string Scope, string Name, string TraceId, string SpanId, string ParentSpanId, IReadOnlyDictionary<string, string> Attributes);
