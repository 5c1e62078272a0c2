using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.EndToEnd.Tests.Faults;
using OrleansHybrid.EndToEnd.Tests.Programs;
using Xunit.Abstractions;

namespace OrleansHybrid.EndToEnd.Tests.Failover;

/// <summary>Tasks in flight while silos go and come, and what has to be true of them in the end.</summary>
internal sealed class FailoverScenario : IAsyncDisposable
{
    /// <summary>Rounds of a test, and how many tasks are in flight in each.</summary>
    public const int FewRounds = 2;
    public const int FewInFlight = 300;

    /// <summary>The same for a trial at the size that the manual speaks of.</summary>
    public const int ManyRounds = 5;
    public const int ManyInFlight = 2000;

    private const string Code = "work";
    private const int Clients = 8;

    /// <summary>For a call, and for all tasks of a round to end: the bound of a hang, not of speed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ControlPlaneProcess _plane;
    private readonly int _inFlight;
    private readonly RunnerPool _workforce;
    private readonly ITestOutputHelper _output;
    private readonly List<JsonObject> _acknowledged = [];
    private readonly Channel<string> _served = Channel.CreateUnbounded<string>();

    private FailoverScenario(ControlPlaneProcess plane, RunnerPool workforce, ITestOutputHelper output, int inFlight) =>
        (_plane, _workforce, _output, _inFlight) = (plane, workforce, output, inFlight);

    private int Extra => _inFlight / 10;

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private CountingSandboxFactory Programs => _workforce.Programs;

    /// <summary>Has a code and runners at the control plane to which <paramref name="plane"/> belongs, for so many tasks at a time.</summary>
    public static async Task<FailoverScenario> StartAsync(ControlPlaneProcess plane, ITestOutputHelper output, int inFlight = FewInFlight)
    {
        using var client = Client(plane, patient: true);
        await client.Codes.UploadAsync(new NewCode { Name = Code, Image = "some/image", Command = "true" });
        return new FailoverScenario(plane, await RunnerPool.StartAsync(plane, slots: inFlight + (2 * (inFlight / 10))), output, inFlight);
    }

    /// <summary>Kills a silo while tasks run and others are being handed out; what is queued after it is run, and all end.</summary>
    /// <param name="victim">The silo.</param>
    /// <param name="isAlone">True when nobody takes over, so that it is started again at once.</param>
    public async Task KillAsync(ControlPlaneProcess victim, bool isAlone)
    {
        Programs.Hold();
        var running = await QueueAsync(_inFlight);
        await Programs.WaitForStartAsync(running).WaitAsync(Patience);
        var handedOut = await QueueAsync(Extra);

        await victim.CrashAsync();
        var killedAt = Stopwatch.GetTimestamp();
        var back = isAlone ? victim.RestartAsync() : Task.CompletedTask;
        Programs.Release();
        var later = await QueueAsync(Extra);
        var queuedAgain = Stopwatch.GetElapsedTime(killedAt);
        await CancelOneAsync();
        var commanded = Stopwatch.GetElapsedTime(killedAt);
        var resumed = Stopwatch.GetElapsedTime(killedAt, await Programs.WaitForStartAsync(later).WaitAsync(Patience));
        await CompleteAsync([.. running, .. handedOut, .. later]).WaitAsync(Patience);
        var ended = Stopwatch.GetElapsedTime(killedAt);
        await (isAlone ? back : victim.RestartAsync());

        Assert.All(running, task => Assert.Equal(1, Programs.StartCount(task)));
        _output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"killed with {_inFlight} running: queued again after {queuedAgain.TotalSeconds:0.0} s, cancelled {commanded.TotalSeconds:0.0} s, started a new task {resumed.TotalSeconds:0.0} s, all ended {ended.TotalSeconds:0.0} s"));
    }

    /// <summary>Restarts silos in turn while clients queue, wait and cancel without a pause; none of their calls fails.</summary>
    /// <param name="silos">The silos, in the order of their restarts.</param>
    /// <param name="isAlone">True when nobody takes over, so that clients have to wait for a moment.</param>
    public async Task RestartAsync(IEnumerable<ControlPlaneProcess> silos, bool isAlone)
    {
        var restarting = RestartAsync(silos);
        var working = Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => WorkAsync(isAlone, restarting)));

        await Task.WhenAny(restarting, working).Unwrap().WaitAsync(Patience);
        await working.WaitAsync(Patience);

        _output.WriteLine($"{_acknowledged.Count} tasks queued and ended by {Clients} clients, half of them cancelled");
    }

    /// <summary>
    /// By the checker of histories: each task that was acknowledged is there, no other is, each came to an end, none to a second one,
    /// and no promise was broken on the way.
    /// </summary>
    public async Task AssertEachEndedOnceAsync()
    {
        var file = Path.Combine(_plane.Folder, "operations");
        await File.WriteAllLinesAsync(file, _acknowledged.Select(request => request.ToJsonString()));
        await HistoryCheckerProcess.AssertNoViolationsAsync(_plane, _acknowledged.Count, "--operations", file);
    }

    public ValueTask DisposeAsync() => _workforce.DisposeAsync();

    // A client of its own each time: connections to a silo that was killed are no part of the question.
    private async Task<IReadOnlyList<string>> QueueAsync(int count)
    {
        using var client = Client(_plane, patient: true);
        var sentAt = Now;
        var tasks = await client.Tasks.EnqueueAsync([.. Enumerable.Repeat(new NewTask { CodeName = Code }, count)]);
        Acknowledge(sentAt, tasks);
        return tasks;
    }

    private async Task CancelOneAsync()
    {
        using var client = Client(_plane, patient: true);
        await CancelOneAsync(client);
    }

    private async Task CancelOneAsync(HybridClient client)
    {
        var task = await QueueAsync(client, new NewTask { CodeName = Code, Delay = 3600 });
        await client.Tasks.CancelAsync(task);
        Assert.Equal("cancelled", (await client.Tasks.GetAsync(task)).Status);
    }

    private async Task CompleteAsync(IReadOnlyList<string> tasks)
    {
        using var client = Client(_plane, patient: true);
        foreach (var task in tasks)
        {
            Assert.Equal(TaskStates.Complete, (await client.Tasks.WaitAsync(task)).Status);
        }
    }

    /// <summary>Before each stop and after the last start, every client is served again.</summary>
    private async Task RestartAsync(IEnumerable<ControlPlaneProcess> silos)
    {
        await ServedAsync();
        foreach (var silo in silos)
        {
            var stoppingAt = Stopwatch.GetTimestamp();
            Assert.Equal(0, await silo.StopAsync());
            var stopped = Stopwatch.GetElapsedTime(stoppingAt);
            await silo.RestartAsync();
            var ready = Stopwatch.GetElapsedTime(stoppingAt);
            await ServedAsync();
            var served = Stopwatch.GetElapsedTime(stoppingAt);
            _output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"stopped after {stopped.TotalSeconds:0.0} s, ready {ready.TotalSeconds:0.0} s, {5 * Clients} tasks later {served.TotalSeconds:0.0} s"));
        }
    }

    private async Task ServedAsync()
    {
        for (var since = _served.Reader.Count + (5 * Clients); since > 0; since--)
        {
            await _served.Reader.ReadAsync();
        }
    }

    private async Task WorkAsync(bool isAlone, Task restarting)
    {
        using var client = Client(_plane, patient: isAlone);
        while (!restarting.IsCompleted)
        {
            var task = await QueueAsync(client, new NewTask { CodeName = Code });
            await CancelOneAsync(client);
            Assert.Equal(TaskStates.Complete, (await client.Tasks.WaitAsync(task)).Status);
            _served.Writer.TryWrite(task);
        }
    }

    private async Task<string> QueueAsync(HybridClient client, NewTask wanted)
    {
        var sentAt = Now;
        var task = await client.Tasks.EnqueueAsync(wanted);
        Acknowledge(sentAt, [task]);
        return task;
    }

    private void Acknowledge(long sentAt, IReadOnlyList<string> tasks)
    {
        lock (_acknowledged)
        {
            _acknowledged.AddRange(tasks.Select(task => new JsonObject
            {
                ["op"] = "queue",
                ["start"] = sentAt,
                ["end"] = Now,
                ["outcome"] = "ok",
                ["id"] = task,
            }));
        }
    }

    /// <summary>One that comes again as told; a patient one bears nobody being there for the time of a start, too.</summary>
    private static HybridClient Client(ControlPlaneProcess plane, bool patient) => new(new HybridClientOptions
    {
        BaseUrl = new Uri(plane.Url),
        Token = plane.ConnectionValue("token"),
        ProjectId = plane.ConnectionValue("project_id"),
        MaxAttempts = patient ? 11 : 5,
        OutageTimeout = patient ? TimeSpan.FromMinutes(1) : TimeSpan.Zero,
    });
}
