using System.Text;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Silo.Standalone.Demo;

/// <summary>The demo's steps with their checks, against a real control plane and real runners.</summary>
internal sealed class DemoSteps(DemoApiClient api, Func<ClusterInfo, string, LocalRunner> startRunner, string image, EncryptionKey key)
    : IAsyncDisposable
{
    /// <summary>Of the task whose runner is killed: short, so that the loss shows within seconds.</summary>
    private const int ShortLease = 4;

    private readonly List<LocalRunner> _runners = [];
    private ClusterInfo _cluster = null!;
    private string _clusterToken = "";

    /// <summary>1 and 2: a cluster, and a runner that has found it.</summary>
    public async Task<DemoStep[]> ConnectAsync(int slots)
    {
        _cluster = await api.CreateClusterAsync("demo");
        _clusterToken = (await api.CredentialsAsync(_cluster.Id)).Token;
        StartRunner();
        await UploadAsync("hello", "echo Hello, world");
        await UploadAsync("read", "sh -c cat<$PAYLOAD_FILE");
        await UploadAsync("work", "sleep 2", ShortLease);

        // The first task that comes back shows that the runner is there, and warms everything up for the figures below.
        await api.FinalAsync(await api.QueueAsync("read", _cluster.Id, Seal("warm")));
        var connected = await api.SlotsAsync(_cluster.Id);
        return
        [
            new DemoStep(1, true, "cluster \"demo\" created"),
            new DemoStep(2, connected == slots, $"runner connected, {connected} slots"),
        ];
    }

    /// <summary>3: a task runs, and its log comes back.</summary>
    public async Task<DemoStep> HelloAsync()
    {
        var task = await api.FinalAsync(await api.QueueAsync("hello", _cluster.Id, Seal("")));
        var log = await api.LogAsync(task.Id);
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
        var payload = Seal("hello");
        var task = await api.FinalAsync(await api.QueueAsync("read", _cluster.Id, payload));
        return new DemoStep(
            4,
            task.Status == "complete" && task.Payload == payload && await api.LogAsync(task.Id) == "hello",
            $"sealed       stored as {task.Payload[..4]}… ({task.Payload.Length} characters), opened only in the runner   {task.Status}");
    }

    /// <summary>5: a payload that was changed on its way starts nothing.</summary>
    public async Task<DemoStep> TamperedAsync()
    {
        var payload = Convert.FromBase64String(Seal("hello"));
        payload[^1] ^= 1;
        var task = await api.FinalAsync(await api.QueueAsync("read", _cluster.Id, Convert.ToBase64String(payload)));
        var started = task.StartTime > DateTimeOffset.UnixEpoch || await api.LogAsync(task.Id) is not null;
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
        var task = await api.FinalAsync(id);
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

    private void StartRunner() => _runners.Add(startRunner(_cluster, _clusterToken));

    /// <summary>A task that is seen running; on a slow machine one may be over before that.</summary>
    private async Task<string> StartWorkAsync()
    {
        while (true)
        {
            var id = await api.QueueAsync("work", _cluster.Id, Seal(""));
            var task = await api.WaitAsync(id, task => task.Status is not ("queued" or "preparing"));
            if (task.Status == "running")
            {
                return id;
            }
        }
    }

    private Task UploadAsync(string name, string command, int? leaseSeconds = null) => api.UploadAsync(
        new NewCode { Name = name, Image = image, Command = command, LeaseSeconds = leaseSeconds });

    private string Seal(string text) => key.SealIronCompatible(Encoding.UTF8.GetBytes(text));
}
