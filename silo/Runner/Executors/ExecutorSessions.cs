using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansHybrid.Contracts.RunnerProtocol;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Executors;

/// <summary>The runner sessions whose tasks are executed in this process's silo, each with what its executors work with.</summary>
public sealed class ExecutorSessions
{
    private readonly ConcurrentDictionary<string, ExecutionServices> _open = [];

    /// <summary>Opens a session for executors, until it is closed.</summary>
    internal void Open(ExecutionServices services)
    {
        if (!_open.TryAdd(services.Session.Id, services))
        {
            throw new UnreachableException($"session {services.Session.Id} is open already");
        }
    }

    /// <summary>From now on executors find nothing to work with.</summary>
    internal void Close(string session) => _open.TryRemove(session, out _);

    /// <summary>Ends the program of this lease, if it is one of those that run.</summary>
    internal void Cancel(LeaseRef lease)
    {
        foreach (var tools in _open.Values)
        {
            tools.Leases.Find(lease)?.Stop(StopReason.Cancelled);
        }
    }

    /// <summary>What an executor works with; null when its session is over.</summary>
    internal ExecutionServices? Find(string executor) => _open.GetValueOrDefault(executor.Split('/')[0]);
}

/// <summary>Sends the tasks of one session to executors, which work with its services as long as this is there.</summary>
internal sealed class ExecutorDispatcher : IDisposable
{
    private readonly string _session;
    private readonly ExecutorSessions _sessions;
    private readonly IGrainFactory _grains;

    public ExecutorDispatcher(ExecutionServices services, ExecutorSessions sessions, IGrainFactory grains)
    {
        (_session, _sessions, _grains) = (services.Session.Id, sessions, grains);
        sessions.Open(services);
    }

    // By session, so that a task that is claimed again never meets the activation that a lost session left behind; by task, so that two
    // attempts under one session wait for each other.
    public void Execute(TaskAssignment order) =>
        _ = _grains.GetGrain<IExecutorGrain>($"{_session}/{order.Lease.TaskId}").Execute(order);

    public void Dispose() => _sessions.Close(_session);
}
