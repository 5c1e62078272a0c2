using System.Collections.Concurrent;
using System.Diagnostics;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.Runner.Executors;

/// <summary>The runner sessions whose tasks are executed in this process's silo, each with what its executors work with.</summary>
public sealed class ExecutorSessions
{
    private readonly ConcurrentDictionary<string, ExecutionTools> _open = [];

    /// <summary>Opens a session for executors, until what is given is disposed of.</summary>
    internal ExecutorHost Open(ExecutionTools tools, IGrainFactory grains)
    {
        var session = tools.Session.Id;
        return _open.TryAdd(session, tools)
            ? new ExecutorHost(session, grains, () => _open.TryRemove(session, out _))
            : throw new UnreachableException($"session {session} is open already");
    }

    /// <summary>Ends the program of this lease, if it is one of those that run.</summary>
    internal void Cancel(LeaseRef lease)
    {
        foreach (var tools in _open.Values)
        {
            tools.Leases.Find(lease)?.Interrupt(Interruption.Cancelled);
        }
    }

    /// <summary>What an executor works with; null when its session is over.</summary>
    internal ExecutionTools? Find(string executor) => _open.GetValueOrDefault(executor.Split('/')[0]);
}

/// <summary>Hands the orders of one session to executors.</summary>
internal sealed class ExecutorHost(string session, IGrainFactory grains, Action end) : IDisposable
{
    // By session, so that a task that is handed out again never meets the activation that a lost session left behind; by task, so that two
    // attempts under one session wait for each other.
    public void Execute(TaskOrder order) =>
        _ = grains.GetGrain<IExecutorGrain>($"{session}/{order.Lease.TaskId}").Execute(order);

    public void Dispose() => end();
}
