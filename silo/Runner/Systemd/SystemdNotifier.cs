using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace OrleansHybrid.Runner.Systemd;

/// <summary>Reports the runner's state to systemd, at the socket in its environment, and keeps it for the monitoring pages.</summary>
internal sealed class SystemdNotifier : IDisposable
{
    private const int MaxStatusLength = 300;

    private static readonly TimeSpan MonitoredInterval = TimeSpan.FromSeconds(30);

    private readonly Socket? _socket;
    private readonly UnixDomainSocketEndPoint? _address;
    private readonly TimeProvider _time;
    private readonly TimeSpan _watchdog;
    private long? _lastHeartbeat;
    private volatile bool _stopping;

    private SystemdNotifier(string? path, TimeSpan watchdog, TimeProvider time, bool isMonitored = false)
    {
        (this._watchdog, this._time) = (watchdog, time);
        Health = new RunnerHealth(time);
        HeartbeatInterval = watchdog > TimeSpan.Zero ? watchdog / 2 : isMonitored ? MonitoredInterval : Timeout.InfiniteTimeSpan;
        if (path is ['/' or '@', _, ..])
        {
            // A leading @ means the zero byte of an abstract socket name.
            _address = new UnixDomainSocketEndPoint(path[0] == '@' ? $"\0{path[1..]}" : path);
            _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        }
    }

    /// <summary>A notifier without systemd.</summary>
    public static SystemdNotifier None => new(null, TimeSpan.Zero, TimeProvider.System);

    /// <summary>The health, for the monitoring pages.</summary>
    public RunnerHealth Health { get; }

    /// <summary>The maximum delay of the heartbeat loop between two watchdog notifications.</summary>
    public TimeSpan HeartbeatInterval { get; }

    /// <summary>Notifies <c>NOTIFY_SOCKET</c>, with <c>WATCHDOG_USEC</c> where that is meant for this process.</summary>
    public static SystemdNotifier FromEnvironment(Func<string, string?> environment, TimeProvider time, bool isMonitored = false)
    {
        var meant = environment("WATCHDOG_PID") is not { Length: > 0 } pid
            || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var watched = long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var micros);
        var watchdog = meant && watched ? TimeSpan.FromMicroseconds(micros) : TimeSpan.Zero;
        return new SystemdNotifier(environment("NOTIFY_SOCKET"), watchdog, time, isMonitored);
    }

    /// <summary>The runner is in service.</summary>
    public void NotifyReady(string status) => Notify("READY=1", FormatStatus(status));

    /// <summary>What the runner is about, for people.</summary>
    public void SetStatus(string status) => Notify(FormatStatus(status));

    /// <summary>No more is begun. What runs may take hours, so that the time to stop is extended as long as there is a heartbeat.</summary>
    public void NotifyStopping(string status)
    {
        _stopping = true;
        Health.SetDraining();
        Notify("STOPPING=1", FormatStatus(status), TimeoutExtension);
    }

    /// <summary>The loop that calls this has moved.</summary>
    public void Heartbeat()
    {
        Health.RecordProgress();
        if (_watchdog > TimeSpan.Zero && (_lastHeartbeat is not { } last || _time.GetElapsedTime(last) >= HeartbeatInterval / 2))
        {
            _lastHeartbeat = _time.GetTimestamp();
            Notify("WATCHDOG=1", _stopping ? TimeoutExtension : "");
        }
    }

    /// <summary>A wait that counts as moving, however long it is.</summary>
    public async Task DelayAsync(TimeSpan pause, TimeProvider clock, CancellationToken cancellationToken)
    {
        for (Heartbeat(); HeartbeatInterval > TimeSpan.Zero && pause > HeartbeatInterval; pause -= HeartbeatInterval)
        {
            await Task.Delay(HeartbeatInterval, clock, cancellationToken);
            Heartbeat();
        }

        await Task.Delay(pause, clock, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private string TimeoutExtension => _watchdog > TimeSpan.Zero ? $"EXTEND_TIMEOUT_USEC={(long)_watchdog.TotalMicroseconds}" : "";

    private static string FormatStatus(string text) => $"STATUS={LineSanitizer.Sanitize(text, MaxStatusLength)}";

    private void Notify(params string[] lines)
    {
        try
        {
            _socket?.SendTo(Encoding.UTF8.GetBytes(string.Join('\n', lines.Where(line => line.Length > 0))), _address!);
        }
        catch (SocketException)
        {
            // systemd no longer listens, which is no reason to stop the runner.
        }
    }
}
