using OrleansHybrid.Silo.Nimbix.Keys;

namespace OrleansHybrid.Silo.Nimbix.Policy;

/// <summary>
/// The policy that holds now. It is read again when its file changes, and every few seconds in case nobody told, or a
/// secret was swapped; a bad one is named in the log, and the one before goes on.
/// </summary>
internal sealed partial class LivePolicy : BackgroundService
{
    /// <summary>How often it is read at least.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly string _file;
    private readonly CallerSecrets _secrets;
    private readonly Scrubber _scrubber;
    private readonly TimeProvider _time;
    private readonly ILogger<LivePolicy> _log;
    private volatile LoadedPolicy _current;
    private readonly Queue<(LoadedPolicy Policy, long Since)> _replaced = [];
    private string? _problem;

    /// <summary>Reads the file for the first time; a bad one is a bad setting.</summary>
    public LivePolicy(string file, CallerSecrets secrets, Scrubber scrubber, TimeProvider time, ILogger<LivePolicy> log)
    {
        (_file, _secrets, _scrubber, _time, _log) = (Path.GetFullPath(file), secrets, scrubber, time, log);
        _current = AtStart(() => LoadedPolicy.Read(_file, secrets, scrubber));
        Warn(_current.Policy.Door);
    }

    /// <summary>The policy alone, for what a silo is built on; a bad one is a bad setting.</summary>
    public static LauncherPolicy AtStart(string file) => AtStart(() => LoadedPolicy.PolicyIn(file));

    /// <summary>Rung after each reading.</summary>
    public event Action? Looked;

    /// <summary>The policy that holds now, with its secrets.</summary>
    public LoadedPolicy Current => _current;

    /// <summary>Reads it again, and takes it when it is good and differs. Only one may do so at a time.</summary>
    public void Look()
    {
        // By then the calls have ended that still looked at it.
        while (_replaced.TryPeek(out var old) && _time.GetElapsedTime(old.Since) >= Period)
        {
            _replaced.Dequeue().Policy.Dispose();
        }

        try
        {
            Take(LoadedPolicy.Read(_file, _secrets, _scrubber));
            _problem = null;
        }
        catch (Exception ex)
        {
            // Its type alone where it is not one of ours: its message may hold what was read.
            var problem = ex is PolicyProblem ? ex.Message : ex.GetType().Name;
            if (_problem != problem)
            {
                Kept(_problem = problem);
            }
        }

        Looked?.Invoke();
    }

    /// <inheritdoc />
    public override void Dispose()
    {
        base.Dispose();
        foreach (var (policy, _) in _replaced)
        {
            policy.Dispose();
        }

        _current.Dispose();
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        // The file alone: in a folder of a database there is a change every moment. Links that are swapped beside it are seen by looking.
        using var bell = new FileBell(Path.GetDirectoryName(_file)!, Path.GetFileName(_file), Period, _time);
        while (!cancellationToken.IsCancellationRequested)
        {
            await bell.NextAsync(cancellationToken);
            if (!cancellationToken.IsCancellationRequested)
            {
                Look();
            }
        }
    }

    private static T AtStart<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (PolicyProblem ex)
        {
            throw new BadSettingException("HYBRID_LAUNCHER_POLICY", $"names a policy that can't be used: {ex.Message}");
        }
    }

    private void Take(LoadedPolicy next)
    {
        if (next.IsAs(_current))
        {
            next.Dispose();
            return;
        }

        var (before, after) = (_current.Policy, next.Policy);
        if (Waiting(before, after).ToList() is { Count: > 0 } waiting)
        {
            Waits(string.Join(", ", waiting));
        }

        if (after.Door.AllowPlainHttp != before.Door.AllowPlainHttp)
        {
            Warn(after.Door);
        }

        _replaced.Enqueue((_current, _time.GetTimestamp()));
        _current = next.After(_current);
        Taken(after.Version[..12]);
    }

    private static IEnumerable<string> Waiting(LauncherPolicy before, LauncherPolicy after)
    {
        (string Key, bool Differs)[] all =
        [
            ("account", after.Account != before.Account),
            ("provider", after.Provider != before.Provider),
            ("executor", after.Executor != before.Executor),
            ("jarvice", !JarviceAccess.AreSame(after.Jarvice, before.Jarvice)),
            ("listen", !after.Door.Listen.Equals(before.Door.Listen)),
            ("certificate_file", (after.Door.Tls is null) != (before.Door.Tls is null)),
        ];
        return all.Where(one => one.Differs).Select(one => one.Key);
    }

    private void Warn(DoorManners door)
    {
        if (door is { AllowPlainHttp: true, Tls: null })
        {
            PlainHttp();
        }
    }

    [LoggerMessage(1, LogLevel.Information, "The launcher's policy is {Version} now")]
    private partial void Taken(string version);

    [LoggerMessage(2, LogLevel.Error, "The launcher's policy stays as it was, since the file can't be used: {Problem}")]
    private partial void Kept(string problem);

    [LoggerMessage(3, LogLevel.Warning, "The launcher's policy changes {Keys}: that waits for the next start")]
    private partial void Waits(string keys);

    [LoggerMessage(4, LogLevel.Warning, "The launcher takes plain HTTP from other hosts (allow_plain_http): who listens learns secrets")]
    private partial void PlainHttp();
}
