using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;

namespace OrleansHybrid.Fakes;

/// <summary>How a fake server is set up.</summary>
public sealed record FakeJarviceOptions
{
    /// <summary>The credentials that may call.</summary>
    public required IReadOnlyList<FakeAccount> Accounts { get; init; }

    /// <summary>The clock that jobs run by.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The behaviour of a submitted job, by its label.</summary>
    public Func<string, JobScript> Script { get; init; } = _ => new JobScript();

    /// <summary>The output of a job at its end, by the script that it was submitted with; null for none.</summary>
    public Func<string, string?> LastLine { get; init; } = _ => null;

    /// <summary>True to end jobs at the limit they were submitted with.</summary>
    public bool EnforcesWalltime { get; init; }

    /// <summary>How long a job goes on after a shutdown was asked for.</summary>
    public TimeSpan ShutdownTakes { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A path before <c>/jarvice</c>.</summary>
    public string PathBase { get; init; } = "/api";

    /// <summary>The loopback port; 0 for any.</summary>
    public int Port { get; init; }

    /// <summary>The certificate for https; null for plain http.</summary>
    public X509Certificate2? Certificate { get; init; }
}

/// <summary>An account: its keys can be changed while the server runs.</summary>
public sealed class FakeAccount(string username, string key, int maxRunning = int.MaxValue)
{
    private readonly ConcurrentDictionary<string, bool> _ever = new() { [key] = true };
    private volatile string[] _keys = [key];

    /// <summary>Its name.</summary>
    public string Username => username;

    /// <summary>How many jobs run at the same time; more are held.</summary>
    public int MaxRunning => maxRunning;

    /// <summary>The keys that are good.</summary>
    public IReadOnlyList<string> Keys => _keys;

    /// <summary>All that ever were good.</summary>
    internal IEnumerable<string> EverValidKeys => _ever.Keys;

    /// <summary>Makes exactly these keys good.</summary>
    public void SetKeys(params string[] keys)
    {
        foreach (var good in keys)
        {
            _ever[good] = true;
        }

        _keys = keys;
    }
}

/// <summary>The behaviour of a job.</summary>
public sealed record JobScript
{
    /// <summary>How long it waits for a machine at least.</summary>
    public TimeSpan QueueDelay { get; init; }

    /// <summary>How long it runs.</summary>
    public TimeSpan RunLength { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Its output, and how long after its start.</summary>
    public IReadOnlyList<(TimeSpan At, string Line)> Lines { get; init; } = [];

    /// <summary>The state that it ends in.</summary>
    public int ExitCode { get; init; }

    /// <summary>The literal it ends with; null for what follows from the exit code.</summary>
    public string? FinalState { get; init; }

    /// <summary>True for a job that does not mind being asked to shut down.</summary>
    public bool IgnoresShutdown { get; init; }

    internal JobScript WithLastLine(string? line) => line is null ? this : this with { Lines = [.. Lines, (RunLength, line)] };
}
