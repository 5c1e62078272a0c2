using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace OrleansHybrid.Runner.Supervision;

/// <summary>Tells systemd, which says in the environment where it listens, how the runner fares; and keeps it for who looks.</summary>
internal sealed class ServiceManager : IDisposable
{
    private const int LongestStatus = 300;

    private static readonly TimeSpan LookedAtRest = TimeSpan.FromSeconds(30);

    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _address;
    private readonly TimeProvider _time;
    private readonly TimeSpan _watchdog;
    private long? _lastBeat;
    private volatile bool _stopping;

    private ServiceManager(string? path, TimeSpan watchdog, TimeProvider time, bool isLookedAt = false)
    {
        (this._watchdog, this._time) = (watchdog, time);
        Vitals = new Vitals(time);
        Rest = watchdog > TimeSpan.Zero ? watchdog / 2 : isLookedAt ? LookedAtRest : Timeout.InfiniteTimeSpan;
        if (path is ['/' or '@', _, ..])
        {
            // A leading @ stands for the zero byte of a name that is in no file system.
            _address = new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path);
            _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        }
    }

    /// <summary>Nobody.</summary>
    public static ServiceManager None => new(null, TimeSpan.Zero, TimeProvider.System);

    /// <summary>How it fares, for who looks at it.</summary>
    public Vitals Vitals { get; }

    /// <summary>How long the heartbeat loop may rest before it says that it still moves.</summary>
    public TimeSpan Rest { get; }

    /// <summary>Whoever <c>NOTIFY_SOCKET</c> names, with <c>WATCHDOG_USEC</c> where that is meant for this process.</summary>
    public static ServiceManager From(Func<string, string?> environment, TimeProvider time, bool isLookedAt = false)
    {
        var meant = environment("WATCHDOG_PID") is not { Length: > 0 } pid
            || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var watched = long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var micros);
        var watchdog = meant && watched ? TimeSpan.FromMicroseconds(micros) : TimeSpan.Zero;
        return new ServiceManager(environment("NOTIFY_SOCKET"), watchdog, time, isLookedAt);
    }

    /// <summary>The runner is in service.</summary>
    public void Ready(string status) => Tell("READY=1", Status(status));

    /// <summary>What the runner is about, for people.</summary>
    public void Says(string status) => Tell(Status(status));

    /// <summary>No more is begun. What runs may take hours, so that the time to stop is extended as long as there is a heartbeat.</summary>
    public void Stopping(string status)
    {
        _stopping = true;
        Vitals.Drains();
        Tell("STOPPING=1", Status(status), Extension);
    }

    /// <summary>The loop that calls this has moved.</summary>
    public void Alive()
    {
        Vitals.Moved();
        if (_watchdog > TimeSpan.Zero && (_lastBeat is not { } last || _time.GetElapsedTime(last) >= Rest / 2))
        {
            _lastBeat = _time.GetTimestamp();
            Tell("WATCHDOG=1", _stopping ? Extension : "");
        }
    }

    /// <summary>A wait that counts as moving, however long it is.</summary>
    public async Task WaitAsync(TimeSpan pause, TimeProvider clock, CancellationToken cancellationToken)
    {
        for (Alive(); Rest > TimeSpan.Zero && pause > Rest; pause -= Rest)
        {
            await Task.Delay(Rest, clock, cancellationToken);
            Alive();
        }

        await Task.Delay(pause, clock, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private string Extension => _watchdog > TimeSpan.Zero ? $"EXTEND_TIMEOUT_USEC={(long)_watchdog.TotalMicroseconds}" : "";

    private static string Status(string text) => $"STATUS={PlainText.Of(text, LongestStatus)}";

    private void Tell(params string[] lines)
    {
        try
        {
            _socket?.SendTo(Encoding.UTF8.GetBytes(string.Join('\n', lines.Where(line => line.Length > 0))), _address!);
        }
        catch (SocketException)
        {
            // Nobody listens any more, and a runner has better things to do than to end for that.
        }
    }
}
