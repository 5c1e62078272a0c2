using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting.Systemd;

namespace OrleansHybrid.Runner.Systemd;

/// <summary>Reports the runner's state to systemd, where that listens, and keeps it for the monitoring pages.</summary>
/// <param name="notifier">Takes what systemd is to hear; null where it did not start this process.</param>
/// <param name="watchdog">Within what time systemd wants to hear that the runner moves; zero where it does not.</param>
/// <param name="health">The health, for the monitoring pages.</param>
/// <param name="isMonitored">Whether there are such pages.</param>
/// <param name="time">The clock.</param>
internal sealed class SystemdReporter(
    ISystemdNotifier? notifier, TimeSpan watchdog, RunnerHealth health, bool isMonitored, TimeProvider time)
{
    private const int MaxStatusLength = 300;

    private static readonly TimeSpan MonitoredInterval = TimeSpan.FromSeconds(30);

    private long? _lastHeartbeat;
    private volatile bool _stopping;

    /// <summary>The maximum delay of the heartbeat loop between two watchdog notifications.</summary>
    public TimeSpan HeartbeatInterval { get; } =
        watchdog > TimeSpan.Zero ? watchdog / 2 : isMonitored ? MonitoredInterval : Timeout.InfiniteTimeSpan;

    private string TimeoutExtension => watchdog > TimeSpan.Zero ? $"EXTEND_TIMEOUT_USEC={(long)watchdog.TotalMicroseconds}" : "";

    /// <summary><c>WATCHDOG_USEC</c>, where that is meant for this process; else zero.</summary>
    public static TimeSpan ReadWatchdog(Func<string, string?> environment)
    {
        var meant = environment("WATCHDOG_PID") is not { Length: > 0 } pid
            || pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return meant && long.TryParse(environment("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var micros)
            ? TimeSpan.FromMicroseconds(micros)
            : TimeSpan.Zero;
    }

    /// <summary>The runner is in service.</summary>
    public void NotifyReady(string status) => Notify(ServiceState.Ready.ToString(), FormatStatus(status));

    /// <summary>Sets the status that <c>systemctl status</c> shows.</summary>
    public void SetStatus(string status) => Notify(FormatStatus(status));

    /// <summary>No more is begun. What runs may take hours, so that the time to stop is extended as long as there is a heartbeat.</summary>
    public void NotifyStopping(string status)
    {
        _stopping = true;
        health.SetDraining();
        Notify(ServiceState.Stopping.ToString(), FormatStatus(status), TimeoutExtension);
    }

    /// <summary>The loop that calls this has moved.</summary>
    public void Heartbeat()
    {
        health.RecordProgress();
        if (watchdog > TimeSpan.Zero && (_lastHeartbeat is not { } last || time.GetElapsedTime(last) >= HeartbeatInterval / 2))
        {
            _lastHeartbeat = time.GetTimestamp();
            Notify("WATCHDOG=1", _stopping ? TimeoutExtension : "");
        }
    }

    /// <summary>A wait that counts as moving, however long it is.</summary>
    public async Task DelayAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        for (Heartbeat(); HeartbeatInterval > TimeSpan.Zero && pause > HeartbeatInterval; pause -= HeartbeatInterval)
        {
            await Task.Delay(HeartbeatInterval, time, cancellationToken);
            Heartbeat();
        }

        await Task.Delay(pause, time, cancellationToken);
    }

    private static string FormatStatus(string text) => $"STATUS={LineSanitizer.Sanitize(text, MaxStatusLength)}";

    private void Notify(params string[] lines)
    {
        try
        {
            notifier?.Notify(new ServiceState(string.Join('\n', lines.Where(line => line.Length > 0))));
        }
        catch (SocketException)
        {
            // systemd no longer listens, which is no reason to stop the runner.
        }
    }
}
