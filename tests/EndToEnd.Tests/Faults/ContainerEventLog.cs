using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests.Faults;

/// <summary>When the containers of tasks began and ended, as their Docker engine tells it.</summary>
internal sealed class ContainerEventLog : IAsyncDisposable
{
    private const string Filter = """{"label":["orleans-hybrid.task"],"event":["start","die"]}""";
    private const string Start = "start";
    private const string End = "die";

    private readonly HttpClient _engine;
    private readonly StreamReader _events;
    private readonly List<ContainerEvent> _seen = [];

    private ContainerEventLog(HttpClient engine, StreamReader events) => (_engine, _events) = (engine, events);

    /// <summary>Follows the engine of this machine from now on.</summary>
    public static async Task<ContainerEventLog> FollowAsync()
    {
        var engine = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(TestImages.Socket), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        var address = new Uri($"http://docker/events?filters={Uri.EscapeDataString(Filter)}");
        return new ContainerEventLog(engine, new StreamReader(await engine.GetStreamAsync(address)));
    }

    /// <summary>Waits until the container of an attempt has started.</summary>
    public Task StartedAsync(string task, int attempt) => UntilAsync(task, attempt, Start);

    /// <summary>Waits until it has ended; gives its exit code.</summary>
    public async Task<int> EndedAsync(string task, int attempt) => (await UntilAsync(task, attempt, End)).ExitCode;

    /// <summary>Writes down all of these tasks that came before what was waited for, as a file of runs.</summary>
    public async Task<string> WriteAsync(string folder, params string[] tasks)
    {
        var file = Path.Combine(folder, "runs");
        await File.WriteAllLinesAsync(file, _seen.Where(sign => tasks.Contains(sign.Task)).Select(sign => new JsonObject
        {
            ["event"] = sign.Action == Start ? "start" : "end",
            ["task"] = sign.Task,
            ["attempt"] = sign.Attempt,
            ["at"] = sign.At,
        }.ToJsonString()));
        return file;
    }

    public ValueTask DisposeAsync()
    {
        _events.Dispose();
        _engine.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<ContainerEvent> UntilAsync(string task, int attempt, string action)
    {
        while (true)
        {
            if (_seen.Find(sign => sign.Task == task && sign.Attempt == attempt && sign.Action == action) is { } found)
            {
                return found;
            }

            var line = await _events.ReadLineAsync() ?? throw new InvalidOperationException("the engine tells no more");
            _seen.Add(Read(JsonSerializer.Deserialize<JsonNode>(line)!));
        }
    }

    private static ContainerEvent Read(JsonNode line)
    {
        var about = line["Actor"]!["Attributes"]!;
        return new ContainerEvent(
            line["Action"]!.GetValue<string>(),
            about["orleans-hybrid.task"]!.GetValue<string>(),
            Number(about["orleans-hybrid.attempt"]),
            line["timeNano"]!.GetValue<long>() / 1e6,
            Number(about["exitCode"]));
    }

    private static int Number(JsonNode? text) => text is null ? 0 : int.Parse(text.GetValue<string>(), CultureInfo.InvariantCulture);

    /// <summary>One event; its time in milliseconds.</summary>
    private sealed record ContainerEvent(string Action, string Task, int Attempt, double At, int ExitCode);
}
