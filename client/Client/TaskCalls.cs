using Orleans.Hybrid.Contracts.Iron;

namespace Orleans.Hybrid.Client;

/// <summary>Calls about the project's tasks, over HTTP.</summary>
public sealed class TaskCalls : HybridTasks
{
    private readonly IronApi _api;

    internal TaskCalls(IronApi api, HybridClientOptions options)
        : base(options) => _api = api;

    /// <inheritdoc />
    public override Task<TaskInfo> GetAsync(string taskId, CancellationToken cancel = default) =>
        _api.GetAsync(Path(taskId), IronJson.Default.TaskInfo, cancel);

    /// <summary>One page of the project's tasks, newest first.</summary>
    public async Task<IReadOnlyList<TaskInfo>> ListAsync(TaskQuery? query = null, CancellationToken cancel = default)
    {
        var path = $"{_api.Project}/tasks?{(query ?? new TaskQuery()).Text()}";
        return (await _api.GetAsync(path, IronJson.Default.TaskList, cancel).ConfigureAwait(false)).Tasks;
    }

    /// <inheritdoc />
    public override Task CancelAsync(string taskId, CancellationToken cancel = default) => _api.PostAsync(
        $"{Path(taskId)}/cancel", () => new ByteArrayContent([]), IronJson.Default.MessageAnswer, cancel);

    /// <inheritdoc />
    protected override Task<QueueAnswer> SendAsync(QueueRequest request, CancellationToken cancel) => _api.PostAsync(
        $"{_api.Project}/tasks", request, IronJson.Default.QueueRequest, IronJson.Default.QueueAnswer, cancel);

    /// <inheritdoc />
    protected override IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(
        string taskId, long offset, CancellationToken cancel) =>
        new TaskLog(_api, $"{Path(taskId)}/log").ReadAsync(offset, cancel);

    private string Path(string taskId) => $"{_api.Project}/tasks/{Uri.EscapeDataString(taskId)}";
}
