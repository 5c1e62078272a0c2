namespace Orleans.Hybrid.LocalEngine;

/// <summary>Runs its tasks on the thread pool one by one: what stands between two awaits is one turn.</summary>
internal abstract class TurnScheduler(Mischief? mischief) : TaskScheduler, IThreadPoolWorkItem
{
    private readonly Queue<Task> _turns = new();
    private bool _isScheduled;

    /// <summary>The one lock of an activation.</summary>
    protected object Gate => _turns;

    void IThreadPoolWorkItem.Execute()
    {
        Task turn;
        lock (Gate)
        {
            mischief?.Shuffle(_turns);
            turn = _turns.Dequeue();
        }

        TryExecuteTask(turn);

        // One turn, then to the end of the pool's queue: a busy activation starves no other.
        lock (Gate)
        {
            _isScheduled = _turns.Count > 0 && ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    protected override void QueueTask(Task task)
    {
        lock (Gate)
        {
            _turns.Enqueue(task);
            _isScheduled = _isScheduled || ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    // A turn never runs inside another one.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => throw new NotSupportedException();
}
