using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Executors;

/// <summary>The runner sessions whose tasks are claimed and executed in this process's silo, each with what its grains work with.</summary>
public sealed class ExecutorSessions
{
    private readonly ConcurrentDictionary<string, SessionAgent> _open = [];

    /// <summary>Opens a session for grains, until it is closed.</summary>
    internal void Open(SessionAgent session)
    {
        if (!_open.TryAdd(session.Services.Session.Id, session))
        {
            throw new UnreachableException($"session {session.Services.Session.Id} is open already");
        }
    }

    /// <summary>From now on grains find nothing to work with.</summary>
    internal void Close(SessionAgent session) => _open.TryRemove(session.Services.Session.Id, out _);

    /// <summary>Ends the program of this lease, if it is one of those that run.</summary>
    internal void Cancel(LeaseRef lease)
    {
        foreach (var session in _open.Values)
        {
            session.Services.Leases.Find(lease)?.Stop(StopReason.Cancelled);
        }
    }

    /// <summary>The agent of a session; null when the session is over.</summary>
    internal SessionAgent? Find(string session) => _open.GetValueOrDefault(session);
}
