using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.AppDoor;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.GrainClient;

/// <summary>The tasks of a project, through its grain.</summary>
internal sealed class GrainTasks(IGrainFactory grains, HybridGrainClientOptions options) : HybridTasks(options)
{
    private readonly string _token = options.Token;
    private readonly IProjectGrain _project = grains.GetGrain<IProjectGrain>(options.ProjectId);

    public override Task<TaskInfo> GetAsync(string taskId, CancellationToken cancellationToken = default) => ReadAsync(
        AskAsync($"task {taskId}", () => _project.Find(_token, taskId), reads: true, cancellationToken), IronJson.Default.TaskInfo);

    public override Task CancelAsync(string taskId, CancellationToken cancellationToken = default) =>
        AskAsync($"cancelling task {taskId}", () => _project.Cancel(_token, taskId), reads: false, cancellationToken);

    protected override Task<QueueAnswer> SendAsync(QueueRequest request, CancellationToken cancellationToken)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(request, IronJson.Default.QueueRequest);
        return ReadAsync(
            AskAsync("queueing", () => _project.Queue(_token, json), reads: false, cancellationToken), IronJson.Default.QueueAnswer);
    }

    protected override async Task<string?> FindClusterAsync(string? name, CancellationToken cancellationToken)
    {
        var ask = AskAsync(name is null ? "the default cluster" : $"cluster {name}", () => _project.FindCluster(_token, name), reads: true, cancellationToken);
        return (await FindAsync(ask, IronJson.Default.ClusterAnswer).ConfigureAwait(false))?.Cluster.Id;
    }

    protected override async Task<int?> FindRetriesAsync(string code, CancellationToken cancellationToken)
    {
        var ask = AskAsync($"code package {code}", () => _project.FindCode(_token, code), reads: true, cancellationToken);
        return (await FindAsync(ask, IronJson.Default.CodeInfo).ConfigureAwait(false))?.Retries;
    }

    protected override async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadLogAsync(
        string taskId, long offset, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await PieceAsync(taskId, offset, cancellationToken).ConfigureAwait(false) is { Length: > 0 } piece)
        {
            yield return piece;
            offset += piece.Length;
        }
    }

    private async Task<byte[]> PieceAsync(string taskId, long offset, CancellationToken cancellationToken) =>
        (await AskAsync($"the log of task {taskId}", () => _project.Log(_token, taskId, offset), reads: true, cancellationToken)
            .ConfigureAwait(false)).Body;

    private static async Task<T?> FindAsync<T>(Task<AppAnswer> asked, JsonTypeInfo<T> shape)
        where T : class
    {
        try
        {
            return await ReadAsync(asked, shape).ConfigureAwait(false);
        }
        catch (HybridException ex) when (ex.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private static async Task<T> ReadAsync<T>(Task<AppAnswer> asked, JsonTypeInfo<T> shape) =>
        JsonSerializer.Deserialize((await asked.ConfigureAwait(false)).Body, shape)!;

    /// <summary>Asks the grain, again while it asks to come again; what it refuses is thrown.</summary>
    private Task<AppAnswer> AskAsync(
        string what, Func<Task<AppAnswer>> ask, bool reads, CancellationToken cancellationToken)
    {
        return RepeatAsync(OnceAsync, reads, cancellationToken);

        async Task<AppAnswer> OnceAsync()
        {
            try
            {
                var answer = await ask().WaitAsync(cancellationToken).ConfigureAwait(false);
                return answer.Status == (int)HttpStatusCode.OK ? answer : throw Refusal(what, answer);
            }
            catch (Exception ex) when (GatewayClient.IsSilence(ex))
            {
                throw new HybridException(
                    $"the control plane gave no answer about {what}: {ex.Message}",
                    status: null, "", tryAgain: true, ex);
            }
        }
    }

    private static HybridException Refusal(string what, AppAnswer answer)
    {
        var msg = JsonSerializer.Deserialize(answer.Body, IronJson.Default.MessageAnswer)!.Msg;
        return new HybridException(
            $"{what} was refused with {answer.Status}: {msg}",
            (HttpStatusCode)answer.Status,
            msg,
            tryAgain: answer.Status == (int)HttpStatusCode.ServiceUnavailable);
    }
}
