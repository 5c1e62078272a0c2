using System.Net;
using System.Text;
using Orleans.Hybrid.Contracts.Iron;
using Orleans.Hybrid.Contracts.Sealing;

namespace Orleans.Hybrid.Client;

/// <summary>Calls about the project's tasks.</summary>
public sealed class TaskCalls
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly IronApi _api;
    private readonly HybridClientOptions _options;

    internal TaskCalls(IronApi api, HybridClientOptions options)
    {
        _api = api;
        _options = options;
    }

    /// <summary>Queues one task and gives its id; seals the payload when the client has a key.</summary>
    public async Task<string> QueueAsync(NewTask task, CancellationToken cancel = default) =>
        (await QueueAsync([task], cancel).ConfigureAwait(false))[0];

    /// <summary>
    /// Queues all of the tasks or none, and gives their ids in the same order; seals the payloads when the client has
    /// a key.
    /// </summary>
    public async Task<IReadOnlyList<string>> QueueAsync(
        IReadOnlyList<NewTask> tasks, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        var answer = await _api.PostAsync(
            $"{_api.Project}/tasks",
            new QueueRequest { Tasks = [.. tasks.Select(Sealed)] },
            IronJson.Default.QueueRequest,
            IronJson.Default.QueueAnswer,
            cancel).ConfigureAwait(false);
        return answer.Tasks.Count == tasks.Count
            ? [.. answer.Tasks.Select(task => task.Id)]
            : throw new HybridException(
                $"{tasks.Count} tasks were queued, and the server answered with {answer.Tasks.Count} ids",
                status: null, answer.Msg, tryAgain: false);
    }

    /// <summary>One task as it is now.</summary>
    public Task<TaskInfo> GetAsync(string taskId, CancellationToken cancel = default) =>
        _api.GetAsync(Path(taskId), IronJson.Default.TaskInfo, cancel);

    /// <summary>One page of the project's tasks, newest first.</summary>
    public async Task<IReadOnlyList<TaskInfo>> ListAsync(TaskQuery? query = null, CancellationToken cancel = default)
    {
        var path = $"{_api.Project}/tasks?{(query ?? new TaskQuery()).Text()}";
        return (await _api.GetAsync(path, IronJson.Default.TaskList, cancel).ConfigureAwait(false)).Tasks;
    }

    /// <summary>Ends the task; does nothing to one that has ended.</summary>
    public Task CancelAsync(string taskId, CancellationToken cancel = default) => _api.PostAsync(
        $"{Path(taskId)}/cancel", () => new ByteArrayContent([]), IronJson.Default.MessageAnswer, cancel);

    /// <summary>
    /// Waits until the task has ended and gives it as it then is. Asks often at first and every second later, and
    /// outlives a restart of the server. Cancelling leaves the task alone.
    /// </summary>
    public Task<TaskInfo> WaitAsync(string taskId, CancellationToken cancel = default) =>
        UntilEndedAsync(taskId, _ => Task.CompletedTask, cancel);

    /// <summary>Copies the log so far, bytes as the program wrote them; status 404 while there is none yet.</summary>
    public Task CopyLogAsync(string taskId, Stream destination, CancellationToken cancel = default) =>
        new TaskLog(_api, $"{Path(taskId)}/log", destination).CopyNewAsync(cancel);

    /// <summary>
    /// Copies the log while it is being written, and gives the task once it has ended and all of its log is copied. When
    /// a runner was lost, the log of the next attempt follows from its beginning.
    /// </summary>
    public Task<TaskInfo> FollowLogAsync(string taskId, Stream destination, CancellationToken cancel = default)
    {
        var log = new TaskLog(_api, $"{Path(taskId)}/log", destination);
        return UntilEndedAsync(taskId, CopyAsync, cancel);

        async Task CopyAsync(TaskInfo task)
        {
            try
            {
                log.Attempt = task.Attempt ?? 0;
                await log.CopyNewAsync(cancel).ConfigureAwait(false);
            }
            catch (HybridException none) when (none.Status == HttpStatusCode.NotFound)
            {
                // It has not started, or ended before it could.
            }
        }
    }

    /// <summary>Looks at the task until it has ended, and does <paramref name="each"/> after every look.</summary>
    private async Task<TaskInfo> UntilEndedAsync(string taskId, Func<TaskInfo, Task> each, CancellationToken cancel)
    {
        var clock = _options.TimeProvider;
        var answered = clock.GetTimestamp();
        for (var pause = FirstPause; ; pause = Longer(pause))
        {
            try
            {
                var task = await GetAsync(taskId, cancel).ConfigureAwait(false);
                await each(task).ConfigureAwait(false);
                if (task.HasEnded())
                {
                    return task;
                }

                answered = clock.GetTimestamp();
            }
            catch (HybridException trouble) when (
                trouble.TryAgain && clock.GetElapsedTime(answered) < _options.OutagePatience)
            {
                pause = LongestPause;
            }

            await Task.Delay(pause, clock, cancel).ConfigureAwait(false);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause;

    private string Path(string taskId) => $"{_api.Project}/tasks/{Uri.EscapeDataString(taskId)}";

    private NewTask Sealed(NewTask task) => _options.EncryptionKey is { } key
        ? task with { Payload = SymmetricSeal.Seal(Encoding.UTF8.GetBytes(task.Payload), key) }
        : task;
}
