using System.Net;
using System.Runtime.CompilerServices;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Client;

/// <summary>Calls about the project's tasks, over HTTP.</summary>
public sealed class TasksClient : HybridTasks
{
    private readonly IronHttpClient _api;
    private readonly HybridClientOptions _options;
    private readonly CodePackagesClient _codes;
    private readonly ClustersClient _clusters;

    internal TasksClient(IronHttpClient api, HybridClientOptions options, CodePackagesClient codes, ClustersClient clusters)
        : base(options) => (_api, _options, _codes, _clusters) = (api, options, codes, clusters);

    /// <inheritdoc />
    public override Task<TaskInfo> GetAsync(string taskId, CancellationToken cancellationToken = default) =>
        _api.GetAsync(Path(taskId), IronJson.Default.TaskInfo, cancellationToken);

    /// <summary>One page of the project's tasks, newest first.</summary>
    public async Task<IReadOnlyList<TaskInfo>> ListAsync(TaskQuery? query = null, CancellationToken cancellationToken = default)
    {
        var path = $"{_api.Project}/tasks?{(query ?? new TaskQuery()).ToQueryString()}";
        return (await _api.GetAsync(path, IronJson.Default.TaskList, cancellationToken).ConfigureAwait(false)).Tasks;
    }

    /// <summary>
    /// The task's events from now until its end; unless <paramref name="withLog"/> is false, with
    /// its log from the beginning. A broken stream is resumed where it was, and each byte of a log comes once. Throws status 404
    /// from a server without such streams, 403 when this user has too many open.
    /// </summary>
    public async IAsyncEnumerable<TaskEvent> FollowAsync(
        string taskId, bool withLog = true, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var events = new TaskEventStream(_api, $"{Path(taskId)}/events{(withLog ? "" : "?log=0")}", _options);
        await using var closing = events.ConfigureAwait(false);
        while (await events.NextAsync(cancellationToken).ConfigureAwait(false) is { } next)
        {
            yield return next;
        }
    }

    /// <inheritdoc />
    public override async Task<TaskInfo> WaitAsync(string taskId, CancellationToken cancellationToken = default) =>
        await ReadToEndAsync(FollowAsync(taskId, withLog: false, cancellationToken), _ => Task.CompletedTask).ConfigureAwait(false)
        ?? await base.WaitAsync(taskId, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public override Task CancelAsync(string taskId, CancellationToken cancellationToken = default) => _api.PostAsync(
        $"{Path(taskId)}/cancel", () => new ByteArrayContent([]), IronJson.Default.MessageResponse, cancellationToken);

    /// <inheritdoc />
    protected override Task<EnqueueResponse> SendAsync(EnqueueRequest request, CancellationToken cancellationToken) => _api.PostAsync(
        $"{_api.Project}/tasks", request, IronJson.Default.EnqueueRequest, IronJson.Default.EnqueueResponse, cancellationToken);

    /// <inheritdoc />
    protected override async Task<string?> FindClusterAsync(string? name, CancellationToken cancellationToken) => name is null
        ? (await _api.GetAsync(_api.Project, IronJson.Default.ProjectInfo, cancellationToken).ConfigureAwait(false)).DefaultCluster
        : (await _clusters.FindAsync(name, cancellationToken).ConfigureAwait(false))?.Id;

    /// <inheritdoc />
    protected override async Task<int?> FindRetriesAsync(string code, CancellationToken cancellationToken) =>
        (await _codes.FindAsync(code, cancellationToken).ConfigureAwait(false))?.Retries;

    /// <inheritdoc />
    protected override IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(
        string taskId, long offset, bool follow, CancellationToken cancellationToken) =>
        new TaskLogReader(_api, $"{Path(taskId)}/log").ReadAsync(offset, cancellationToken);

    private protected override async Task<TaskInfo> FollowLogAsync(string taskId, LogCopier log, CancellationToken cancellationToken) =>
        await ReadToEndAsync(FollowAsync(taskId, withLog: true, cancellationToken), added => log.AppendAsync(added, cancellationToken)).ConfigureAwait(false)
        ?? await base.FollowLogAsync(taskId, log, cancellationToken).ConfigureAwait(false);

    /// <summary>The task at its end; null where the server has no event streams and must be polled.</summary>
    private static async Task<TaskInfo?> ReadToEndAsync(IAsyncEnumerable<TaskEvent> events, Func<LogAdded, Task> add)
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
        catch (HybridException ex) when (
            ex.Status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.Forbidden)
        {
            return null;
        }

        return task?.HasEnded() == true ? task : null;
    }

    private string Path(string taskId) => $"{_api.Project}/tasks/{Uri.EscapeDataString(taskId)}";
}
