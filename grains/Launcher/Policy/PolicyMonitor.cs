using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Launcher.Policy;

/// <summary>
/// The current policy. It is read again when its file changes, and every few seconds in case a change was not notified or a
/// secret was swapped; an invalid one is logged, and the previous one stays.
/// </summary>
internal sealed partial class PolicyMonitor : BackgroundService
{
    /// <summary>How often it is read at least.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    private readonly string _file;
    private readonly CallerSecrets _secrets;
    private readonly SecretRedactor _scrubber;
    private readonly TimeProvider _time;
    private readonly ILogger<PolicyMonitor> _log;
    private volatile PolicySnapshot _current;
    private readonly Queue<(PolicySnapshot Policy, long Since)> _retired = [];
    private string? _problem;

    /// <summary>Reads the file for the first time; a bad one is a bad setting.</summary>
    public PolicyMonitor(string file, CallerSecrets secrets, SecretRedactor scrubber, TimeProvider time, ILogger<PolicyMonitor> log)
    {
        (_file, _secrets, _scrubber, _time, _log) = (Path.GetFullPath(file), secrets, scrubber, time, log);
        _current = LoadAtStartup(() => PolicySnapshot.Read(_file, secrets, scrubber));
        Warn(_current.Policy.Listener);
    }

    /// <summary>The policy alone, for what a silo is built on; a bad one is a bad setting.</summary>
    public static LauncherPolicy LoadAtStartup(string file) => LoadAtStartup(() => PolicySnapshot.ReadPolicy(file));

    /// <summary>Rung after each reading.</summary>
    public event Action? ReloadAttempted;

    /// <summary>The policy that holds now, with its secrets.</summary>
    public PolicySnapshot Current => _current;

    /// <summary>Reads it again, and takes it when it is good and differs. Only one may do so at a time.</summary>
    public void Reload()
    {
        // By then the calls that still use it have ended.
        while (_retired.TryPeek(out var old) && _time.GetElapsedTime(old.Since) >= PollInterval)
        {
            _retired.Dequeue().Policy.Dispose();
        }

        try
        {
            Apply(PolicySnapshot.Read(_file, _secrets, _scrubber));
            _problem = null;
        }
        catch (Exception ex)
        {
            // Its type alone where it is not one of ours: its message may hold what was read.
            var problem = ex is PolicyException ? ex.Message : ex.GetType().Name;
            if (_problem != problem)
            {
                ReloadFailed(_problem = problem);
            }
        }

        ReloadAttempted?.Invoke();
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        base.Dispose();
        foreach (var (policy, _) in _retired)
        {
            policy.Dispose();
        }

        _current.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        // The file alone: in a folder of a database there is a change every moment. Links that are swapped beside it are seen by looking.
        using var bell = new FileChangeSignal(Path.GetDirectoryName(_file)!, Path.GetFileName(_file), PollInterval, _time);
        while (!cancellationToken.IsCancellationRequested)
        {
            await bell.WaitAsync(cancellationToken);
            if (!cancellationToken.IsCancellationRequested)
            {
                Reload();
            }
        }
    }

    private static T LoadAtStartup<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (PolicyException ex)
        {
            throw new ConfigurationException("HYBRID_LAUNCHER_POLICY", $"names a policy that can't be used: {ex.Message}");
        }
    }

    private void Apply(PolicySnapshot next)
    {
        if (next.IsSameAs(_current))
        {
            next.Dispose();
            return;
        }

        var (before, after) = (_current.Policy, next.Policy);
        if (ChangesNeedingRestart(before, after).ToList() is { Count: > 0 } waiting)
        {
            RestartNeeded(string.Join(", ", waiting));
        }

        if (after.Listener.AllowPlainHttp != before.Listener.AllowPlainHttp)
        {
            Warn(after.Listener);
        }

        _retired.Enqueue((_current, _time.GetTimestamp()));
        _current = next.KeepStartupSettingsOf(_current);
        PolicyChanged(after.Version[..12]);
    }

    private static IEnumerable<string> ChangesNeedingRestart(LauncherPolicy before, LauncherPolicy after)
    {
        (string Key, bool Differs)[] all =
        [
            ("account", after.Account != before.Account),
            ("provider", after.Provider != before.Provider),
            ("executor", after.Executor != before.Executor),
            ("jarvice", !JarviceAccess.AreSame(after.Jarvice, before.Jarvice)),
            ("listen", !after.Listener.Listen.Equals(before.Listener.Listen)),
            ("certificate_file", (after.Listener.Tls is null) != (before.Listener.Tls is null)),
        ];
        return all.Where(one => one.Differs).Select(one => one.Key);
    }

    private void Warn(ListenerOptions listener)
    {
        if (listener is { AllowPlainHttp: true, Tls: null })
        {
            PlainHttp();
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Launcher policy {Version} loaded")]
    private partial void PolicyChanged(string version);

    [LoggerMessage(2, LogLevel.Error, "Launcher policy file rejected, keeping the current policy: {Problem}")]
    private partial void ReloadFailed(string problem);

    [LoggerMessage(3, LogLevel.Warning, "Launcher policy: changes to {Keys} take effect after a restart")]
    private partial void RestartNeeded(string keys);

    [LoggerMessage(4, LogLevel.Warning, "Launcher accepts plain HTTP from other hosts (allow_plain_http); secrets can be read on the network")]
    private partial void PlainHttp();
}
