using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Execution;

namespace OrleansHybrid.EndToEnd.Tests.Failover;

/// <summary>Programs that do nothing, end at once, or when they are let go, and are counted by task.</summary>
internal sealed class CountingSandboxFactory : ISandboxFactory
{
    private readonly ConcurrentDictionary<string, (int Starts, long FirstAt)> _started = new();
    private readonly Channel<string> _starts = Channel.CreateUnbounded<string>();
    private volatile TaskCompletionSource _leash = Loose();

    public string Description => "programs that do nothing";

    /// <summary>From now on programs run until they are let go.</summary>
    public void Hold() => _leash = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets all end that run, and from now on each at once.</summary>
    public void Release() => _leash.TrySetResult();

    /// <summary>How often a program was started for this task.</summary>
    public int StartCount(string task) => _started.GetValueOrDefault(task).Starts;

    /// <summary>Waits until each of these was started; answers when the first of them was, as a timestamp.</summary>
    public async Task<long> WaitForStartAsync(IReadOnlyCollection<string> tasks)
    {
        var missing = tasks.Where(task => !_started.ContainsKey(task)).ToHashSet();
        while (missing.Count > 0)
        {
            missing.Remove(await _starts.Reader.ReadAsync());
        }

        return tasks.Min(task => _started[task].FirstAt);
    }

    public ISandbox Create(TaskAssignment order, string sessionId) => new CountingSandbox(this, order.Lease.TaskId);

    public Task RemoveOrphansAsync(string sessionId, CancellationToken cancellationToken) => Task.CompletedTask;

    private static TaskCompletionSource Loose()
    {
        var loose = new TaskCompletionSource();
        loose.SetResult();
        return loose;
    }

    private void RecordStart(string task)
    {
        _started.AddOrUpdate(task, (1, Stopwatch.GetTimestamp()), (_, before) => (before.Starts + 1, before.FirstAt));
        _starts.Writer.TryWrite(task);
    }

    /// <summary>One of them.</summary>
    private sealed class CountingSandbox(CountingSandboxFactory all, string task) : ISandbox
    {
        private static readonly SandboxExit Fine = new(0, OutOfMemory: false);

        private readonly TaskCompletionSource _killed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private Task _running = Task.CompletedTask;

        public Task<string?> PrepareAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

        public Task CreateAsync(SandboxFiles files, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartAsync(TaskLogWriter log, CancellationToken cancellationToken)
        {
            _running = all._leash.Task;
            all.RecordStart(task);
            return Task.CompletedTask;
        }

        public async Task<SandboxExit> WaitAsync(CancellationToken cancellationToken)
        {
            await Task.WhenAny(_running, _killed.Task).WaitAsync(cancellationToken);
            return _killed.Task.IsCompleted ? new SandboxExit(137, OutOfMemory: false) : Fine;
        }

        public Task StopAsync(TimeSpan grace)
        {
            _killed.TrySetResult();
            return Task.CompletedTask;
        }

        public Task<string> ReadProgressAsync(CancellationToken cancellationToken, bool last = false) => Task.FromResult("");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
