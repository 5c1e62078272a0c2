using System.Net;
using System.Runtime.CompilerServices;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Client;

/// <summary>Calls about the project's tasks, over HTTP.</summary>
public sealed class TaskCalls : HybridTasks
{
    private readonly IronApi _api;
    private readonly HybridClientOptions _options;
    private readonly CodeCalls _codes;
    private readonly ClusterCalls _clusters;

    internal TaskCalls(IronApi api, HybridClientOptions options, CodeCalls codes, ClusterCalls clusters)
        : base(options) => (_api, _options, _codes, _clusters) = (api, options, codes, clusters);

    /// <inheritdoc />
    public override Task<TaskInfo> GetAsync(string taskId, CancellationToken cancel = default) =>
        _api.GetAsync(Path(taskId), IronJson.Default.TaskInfo, cancel);

    /// <summary>One page of the project's tasks, newest first.</summary>
    public async Task<IReadOnlyList<TaskInfo>> ListAsync(TaskQuery? query = null, CancellationToken cancel = default)
    {
        var path = $"{_api.Project}/tasks?{(query ?? new TaskQuery()).Text()}";
        return (await _api.GetAsync(path, IronJson.Default.TaskList, cancel).ConfigureAwait(false)).Tasks;
    }

    /// <summary>
    /// What happens to the task from now until its end, as the server tells it; unless <paramref name="withLog"/> is false, with
    /// its log from the beginning. A stream that is cut is taken up where it was, and each byte of a log comes once. Status 404
    /// from a server that has no such streams, 403 when this user has too many open.
    /// </summary>
    public async IAsyncEnumerable<TaskEvent> FollowAsync(
        string taskId, bool withLog = true, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        using var events = new TaskEventStream(_api, $"{Path(taskId)}/events{(withLog ? "" : "?log=0")}", _options);
        while (await events.NextAsync(cancel).ConfigureAwait(false) is { } next)
        {
            yield return next;
        }
    }

    /// <inheritdoc />
    public override async Task<TaskInfo> WaitAsync(string taskId, CancellationToken cancel = default) =>
        await EndAsync(FollowAsync(taskId, withLog: false, cancel), _ => Task.CompletedTask).ConfigureAwait(false)
        ?? await base.WaitAsync(taskId, cancel).ConfigureAwait(false);

    /// <inheritdoc />
    public override Task CancelAsync(string taskId, CancellationToken cancel = default) => _api.PostAsync(
        $"{Path(taskId)}/cancel", () => new ByteArrayContent([]), IronJson.Default.MessageAnswer, cancel);

    /// <inheritdoc />
    protected override Task<QueueAnswer> SendAsync(QueueRequest request, CancellationToken cancel) => _api.PostAsync(
        $"{_api.Project}/tasks", request, IronJson.Default.QueueRequest, IronJson.Default.QueueAnswer, cancel);

    /// <inheritdoc />
    protected override async Task<string?> FindClusterAsync(string? name, CancellationToken cancel) => name is null
        ? (await _api.GetAsync(_api.Project, IronJson.Default.ProjectInfo, cancel).ConfigureAwait(false)).DefaultCluster
        : (await _clusters.FindAsync(name, cancel).ConfigureAwait(false))?.Id;

    /// <inheritdoc />
    protected override async Task<int?> FindRetriesAsync(string code, CancellationToken cancel) =>
        (await _codes.FindAsync(code, cancel).ConfigureAwait(false))?.Retries;

    /// <inheritdoc />
    protected override IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(
        string taskId, long offset, CancellationToken cancel) =>
        new TaskLog(_api, $"{Path(taskId)}/log").ReadAsync(offset, cancel);

    private protected override async Task<TaskInfo> FollowLogAsync(string taskId, LogCopy log, CancellationToken cancel) =>
        await EndAsync(FollowAsync(taskId, withLog: true, cancel), added => log.AddAsync(added, cancel)).ConfigureAwait(false)
        ?? await base.FollowLogAsync(taskId, log, cancel).ConfigureAwait(false);

    /// <summary>The task at its end; null where the server can't tell that, so that it must be asked.</summary>
    private static async Task<TaskInfo?> EndAsync(IAsyncEnumerable<TaskEvent> events, Func<LogAdded, Task> add)
    {
        TaskInfo? task = null;
        try
        {
            await foreach (var next in events.ConfigureAwait(false))
            {
                task = next is TaskChanged changed ? changed.Task : task;
                await (next is LogAdded added ? add(added) : Task.CompletedTask).ConfigureAwait(false);
            }
        }
        catch (HybridException none) when (
            none.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.Forbidden)
        {
            return null;
        }

        return task?.HasEnded() == true ? task : null;
    }

    private string Path(string taskId) => $"{_api.Project}/tasks/{Uri.EscapeDataString(taskId)}";
}
