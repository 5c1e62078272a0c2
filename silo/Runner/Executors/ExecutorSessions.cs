using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansHybrid.Contracts.RunnerProtocol;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Executors;

/// <summary>The runner sessions whose tasks are executed in this process's silo, each with what its executors work with.</summary>
public sealed class ExecutorSessions
{
    private readonly ConcurrentDictionary<string, ExecutionServices> _open = [];

    /// <summary>Opens a session for executors, until what is given is disposed of.</summary>
    internal ExecutorDispatcher Open(ExecutionServices services, IGrainFactory grainFactory)
    {
        var session = services.Session.Id;
        return _open.TryAdd(session, services)
            ? new ExecutorDispatcher(session, grainFactory, () => _open.TryRemove(session, out _))
            : throw new UnreachableException($"session {session} is open already");
    }

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

/// <summary>Sends the tasks of one session to executors.</summary>
internal sealed class ExecutorDispatcher(string session, IGrainFactory grains, Action onDispose) : IDisposable
{
    // By session, so that a task that is claimed again never meets the activation that a lost session left behind; by task, so that two
    // attempts under one session wait for each other.
    public void Execute(TaskAssignment order) =>
        _ = grains.GetGrain<IExecutorGrain>($"{session}/{order.Lease.TaskId}").Execute(order);

    public void Dispose() => onDispose();
}
