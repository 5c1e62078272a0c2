using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.GrainClient;

/// <summary>The tasks of a project, through its grain.</summary>
internal sealed class GrainTasksClient(IGrainFactory grains, HybridGrainClientOptions options) : HybridTasks(options)
{
    private readonly string _token = options.Token;
    private readonly IProjectGrain _project = grains.GetGrain<IProjectGrain>(options.ProjectId);

    public override Task<TaskInfo> GetAsync(string taskId, CancellationToken cancellationToken = default) => ReadAsync(
        CallAsync($"task {taskId}", () => _project.Find(_token, taskId), isReadOnly: true, cancellationToken), IronJson.Default.TaskInfo);

    public override Task CancelAsync(string taskId, CancellationToken cancellationToken = default) =>
        CallAsync($"cancelling task {taskId}", () => _project.Cancel(_token, taskId), isReadOnly: false, cancellationToken);

    protected override Task<EnqueueResponse> SendAsync(EnqueueRequest request, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(request, IronJson.Default.EnqueueRequest);
        return ReadAsync(
            CallAsync("queueing", () => _project.Enqueue(_token, json), isReadOnly: false, cancellationToken), IronJson.Default.EnqueueResponse);
    }

    protected override async Task<string?> FindClusterAsync(string? name, CancellationToken cancellationToken)
    {
        var ask = CallAsync(name is null ? "the default cluster" : $"cluster {name}", () => _project.FindCluster(_token, name), isReadOnly: true, cancellationToken);
        return (await FindAsync(ask, IronJson.Default.ClusterResponse).ConfigureAwait(false))?.Cluster.Id;
    }

    protected override async Task<int?> FindRetriesAsync(string code, CancellationToken cancellationToken)
    {
        var ask = CallAsync($"code package {code}", () => _project.FindCode(_token, code), isReadOnly: true, cancellationToken);
        return (await FindAsync(ask, IronJson.Default.CodeInfo).ConfigureAwait(false))?.Retries;
    }

    protected override async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(
        string taskId, long offset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await ReadChunkAsync(taskId, offset, cancellationToken).ConfigureAwait(false) is { Length: > 0 } piece)
        {
            yield return piece;
            offset += piece.Length;
        }
    }

    private async Task<byte[]> ReadChunkAsync(string taskId, long offset, CancellationToken cancellationToken) =>
        (await CallAsync($"the log of task {taskId}", () => _project.Log(_token, taskId, offset), isReadOnly: true, cancellationToken)
            .ConfigureAwait(false)).Body;

    private static async Task<T?> FindAsync<T>(Task<ProjectGrainResponse> call, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return await ReadAsync(call, type).ConfigureAwait(false);
        }
        catch (HybridException ex) when (ex.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private static async Task<T> ReadAsync<T>(Task<ProjectGrainResponse> call, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize((await call.ConfigureAwait(false)).Body, type)!;

    /// <summary>Calls the grain, with retries while it returns 503; errors are thrown.</summary>
    private Task<ProjectGrainResponse> CallAsync(
        string what, Func<Task<ProjectGrainResponse>> call, bool isReadOnly, CancellationToken cancellationToken)
    {
        return ExecuteWithRetryAsync(OnceAsync, isReadOnly, cancellationToken);

        async Task<ProjectGrainResponse> OnceAsync()
        {
            try
            {
                var answer = await call().WaitAsync(cancellationToken).ConfigureAwait(false);
                return answer.Status == (int)HttpStatusCode.OK ? answer : throw CreateException(what, answer);
            }
            catch (Exception ex) when (GatewayServiceCollectionExtensions.IsUnavailable(ex))
            {
                throw new HybridException(
                    $"no response from the control plane for {what}: {ex.Message}",
                    status: null, "", isTransient: true, ex);
            }
        }
    }

    private static HybridException CreateException(string what, ProjectGrainResponse answer)
    {
        var msg = JsonSerializer.Deserialize(answer.Body, IronJson.Default.MessageResponse)!.Msg;
        return new HybridException(
            $"{what} was rejected with {answer.Status}: {msg}",
            (HttpStatusCode)answer.Status,
            msg,
            isTransient: answer.Status == (int)HttpStatusCode.ServiceUnavailable);
    }
}
