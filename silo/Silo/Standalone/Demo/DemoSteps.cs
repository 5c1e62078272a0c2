using System.Net;
using System.Text;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Silo.Standalone.Demo;

/// <summary>
/// The demo's steps with their checks, by the public client against a real control plane and real runners: what
/// <paramref name="client"/> queues is sealed, what <paramref name="unsealed"/> queues is sent as it is.
/// </summary>
internal sealed class DemoSteps(
    HybridClient client, HybridClient unsealed, Func<ClusterInfo, LocalRunner> startRunner, string image) : IAsyncDisposable
{
    /// <summary>Of the task whose runner is killed: short, so that the loss shows within seconds.</summary>
    private const int ShortLease = 4;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private readonly List<LocalRunner> _runners = [];
    private ClusterInfo _cluster = null!;
    private string _sealedPayload = "";

    /// <summary>1 and 2: a cluster, and a runner that has found it.</summary>
    public async Task<DemoStep[]> ConnectAsync(int slots)
    {
        _cluster = await client.Clusters.CreateAsync(new NewCluster { Name = "demo" });
        StartRunner();
        await UploadAsync("hello", "echo Hello, world");
        await UploadAsync("read", "sh -c cat<$PAYLOAD_FILE");
        await UploadAsync("work", "sleep 2", ShortLease);

        // The first task that comes back shows that the runner is there, and warms everything up for the figures below.
        await RunAsync(client, "read", "warm");
        var connected = (await client.Clusters.GetAsync(_cluster.Id)).RunnersTotal;
        return
        [
            new DemoStep(1, true, "cluster \"demo\" created"),
            new DemoStep(2, connected == slots, $"runner connected, {connected} slots"),
        ];
    }

    /// <summary>3: a task runs, and its log comes back.</summary>
    public async Task<DemoStep> HelloAsync()
    {
        var task = await RunAsync(client, "hello", "");
        var log = await LogAsync(task.Id);
        var ran = task.StartTime > DateTimeOffset.UnixEpoch ? "running→" : "";
        var took = (task.EndTime - task.CreatedAt).TotalMilliseconds;
        return new DemoStep(
            3,
            task.Status == "complete" && log == "Hello, world",
            $"hello        queued→{ran}{task.Status}   {took:0} ms   | {log ?? task.Msg}");
    }

    /// <summary>4: a sealed payload is opened on the runner only.</summary>
    public async Task<DemoStep> SealedAsync()
    {
        var task = await RunAsync(client, "read", "hello");
        _sealedPayload = task.Payload;
        return new DemoStep(
            4,
            task.Status == "complete" && !IsReadable(_sealedPayload) && await LogAsync(task.Id) == "hello",
            $"sealed       stored as {_sealedPayload[..4]}… ({_sealedPayload.Length} characters), opened only in the runner   {task.Status}");
    }

    /// <summary>5: a payload that was changed on its way starts nothing.</summary>
    public async Task<DemoStep> TamperedAsync()
    {
        var payload = Convert.FromBase64String(_sealedPayload);
        payload[^1] ^= 1;
        var task = await RunAsync(unsealed, "read", Convert.ToBase64String(payload));
        var started = task.StartTime > DateTimeOffset.UnixEpoch || await LogAsync(task.Id) is not null;
        return new DemoStep(
            5,
            task.Status == "error" && !started,
            $"tampered     {task.Status}: {task.Msg}, {(started ? "but it was started" : "nothing was started")}");
    }

    /// <summary>6: a runner dies while it works; another one ends the task.</summary>
    public async Task<DemoStep> LostRunnerAsync()
    {
        var id = await StartWorkAsync();
        await _runners[0].KillAsync();
        StartRunner();
        var task = await FinalAsync(id);
        return new DemoStep(
            6,
            task is { Status: "complete", Attempt: >= 2 },
            $"runner killed while working → lease expired → attempt {task.Attempt} {task.Status}, nothing lost");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var runner in _runners)
        {
            await runner.DisposeAsync();
        }
    }

    private void StartRunner() => _runners.Add(startRunner(_cluster));

    private async Task<TaskInfo> RunAsync(HybridClient api, string code, string payload) =>
        await FinalAsync(await QueueAsync(api, code, payload));

    private Task<string> QueueAsync(HybridClient api, string code, string payload) =>
        api.Tasks.EnqueueAsync(new NewTask { CodeName = code, Cluster = _cluster.Id, Payload = payload });

    private Task<TaskInfo> FinalAsync(string id) => WaitAsync(id, cancelled => client.Tasks.WaitAsync(id, cancelled));

    /// <summary>A task's log; null when there is none, because nothing was started.</summary>
    private async Task<string?> LogAsync(string id)
    {
        using var log = new MemoryStream();
        try
        {
            await client.Tasks.CopyLogAsync(id, log);
            return Encoding.UTF8.GetString(log.ToArray()).TrimEnd();
        }
        catch (HybridException ex) when (ex.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>A task that is seen running; on a slow machine one may be over before that.</summary>
    private async Task<string> StartWorkAsync()
    {
        while (true)
        {
            var id = await QueueAsync(client, "work", "");
            if (await WaitAsync(id, cancelled => StartedAsync(id, cancelled)) == "running")
            {
                return id;
            }
        }
    }

    private async Task<string> StartedAsync(string id, CancellationToken cancellationToken)
    {
        await foreach (var next in client.Tasks.FollowAsync(id, withLog: false, cancellationToken))
        {
            if (next is TaskChanged { Task.Status: not ("queued" or "preparing") and var status })
            {
                return status;
            }
        }

        return "ended";
    }

    private static async Task<T> WaitAsync<T>(string id, Func<CancellationToken, Task<T>> wait)
    {
        using var late = new CancellationTokenSource(Timeout);
        try
        {
            return await wait(late.Token);
        }
        catch (OperationCanceledException ex)
        {
            throw new InvalidOperationException($"task {id} was not done within {Timeout.TotalSeconds:0} s", ex);
        }
    }

    private Task<UploadResponse> UploadAsync(string name, string command, int? leaseSeconds = null) => client.Codes.UploadAsync(
        new NewCode { Name = name, Image = image, Command = command, LeaseSeconds = leaseSeconds });

    private static bool IsReadable(string payload) =>
        payload == "hello" || Convert.FromBase64String(payload).AsSpan().IndexOf("hello"u8) >= 0;
}
