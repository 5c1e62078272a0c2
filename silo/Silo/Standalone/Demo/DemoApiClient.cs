using System.Diagnostics;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Primitives.Http;

namespace OrleansHybrid.Silo.Standalone.Demo;

/// <summary>The calls of the Iron API that the demo makes, over HTTP like any client's.</summary>
internal sealed class DemoApiClient : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new(OutboundHttp.CreateHandler());

    public DemoApiClient(ConnectionDetails connection)
    {
        _http.BaseAddress = new Uri($"{connection.Url}/2/projects/{connection.ProjectId}/");
        _http.DefaultRequestHeaders.Authorization = new("OAuth", connection.Token);
    }

    /// <summary>Makes a cluster.</summary>
    public async Task<ClusterInfo> CreateClusterAsync(string name) => (await PostAsync(
        "/2/clusters",
        JsonContent.Create(new NewCluster { Name = name }, IronJson.Default.NewCluster),
        IronJson.Default.ClusterResponse)).Cluster;

    /// <summary>A cluster's token for runners.</summary>
    public Task<ClusterCredentials> CredentialsAsync(string clusterId) =>
        GetAsync($"/2/clusters/{clusterId}/credentials", IronJson.Default.ClusterCredentials);

    /// <summary>How many slots the cluster's runners offer.</summary>
    public async Task<int> SlotsAsync(string clusterId) =>
        (await GetAsync($"/2/clusters/{clusterId}", IronJson.Default.ClusterResponse)).Cluster.RunnersTotal ?? 0;

    /// <summary>Uploads a code package.</summary>
    public Task UploadAsync(NewCode code) => PostAsync(
        "codes",
        new MultipartFormDataContent { { JsonContent.Create(code, IronJson.Default.NewCode), "data" } },
        IronJson.Default.UploadResponse);

    /// <summary>Queues one task; gives its id.</summary>
    public async Task<string> QueueAsync(string code, string cluster, string payload = "")
    {
        var request = new EnqueueRequest { Tasks = [new NewTask { CodeName = code, Cluster = cluster, Payload = payload }] };
        var answer = await PostAsync(
            "tasks", JsonContent.Create(request, IronJson.Default.EnqueueRequest), IronJson.Default.EnqueueResponse);
        return answer.Tasks[0].Id;
    }

    /// <summary>Asks for a task until it is as wanted; fails when that takes longer than a minute.</summary>
    public async Task<TaskInfo> WaitAsync(string id, Func<TaskInfo, bool> wanted)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var task = await GetAsync($"tasks/{id}", IronJson.Default.TaskInfo);
            if (wanted(task))
            {
                return task;
            }

            if (clock.Elapsed > Timeout)
            {
                throw new TimeoutException($"task {id} is still {task.Status} after {Timeout.TotalSeconds:0} s");
            }

            await Task.Delay(PollInterval);
        }
    }

    /// <summary>Asks for a task until it is final.</summary>
    public Task<TaskInfo> FinalAsync(string id) =>
        WaitAsync(id, task => task.Status is not ("queued" or "preparing" or "running"));

    /// <summary>A task's log; null when there is none, because nothing was started.</summary>
    public async Task<string?> LogAsync(string id)
    {
        using var answer = await _http.GetAsync(new Uri($"tasks/{id}/log", UriKind.Relative));
        return answer.IsSuccessStatusCode ? (await answer.Content.ReadAsStringAsync()).TrimEnd() : null;
    }

    public void Dispose() => _http.Dispose();

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> shape)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(answer, shape);
    }

    private async Task<T> PostAsync<T>(string path, HttpContent body, JsonTypeInfo<T> shape)
    {
        using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), body);
        return await ReadAsync(answer, shape);
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> shape)
    {
        var body = await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode
            ? System.Text.Json.JsonSerializer.Deserialize(body, shape)!
            : throw new InvalidOperationException($"the control plane answered {(int)answer.StatusCode}: {Encoding.UTF8.GetString(body)}");
    }
}
