using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Runner.Archives;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Sessions;
using OrleansHybrid.Runner.State;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>Zips fetched from a fake control plane into a real state folder, in time that stands still.</summary>
internal sealed class ZipFetcherFixture : IAsyncDisposable
{
    public const int MaxBytes = 2500;

    private static readonly RunnerSession Session = new("0123456789abcdef01234567", "credential-1", TimeSpan.FromSeconds(30));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hybrid-runner-test-");
    private readonly List<ActiveLease> _leases = [];
    private StateFolder _state = null!;
    private HttpControlPlaneClient _link = null!;
    private ZipFetcher _fetcher = null!;
    private int _told;

    public ManualTimeProvider Time { get; } = new();

    public FakeControlPlane Plane { get; private set; } = null!;

    public ZipCache Cache { get; private set; } = null!;

    /// <summary>How often the heartbeat was asked to come soon.</summary>
    public int HeartbeatRequests => Volatile.Read(ref _told);

    /// <summary>The names of the files that are kept, oldest use first.</summary>
    public IReadOnlyList<string> CachedFiles =>
        [.. new DirectoryInfo(Path).EnumerateFiles().OrderBy(file => file.LastWriteTimeUtc).Select(file => file.Name)];

    public string Path => _state.PathOf("zips");

    public static async Task<ZipFetcherFixture> StartAsync()
    {
        var trial = new ZipFetcherFixture { Plane = await FakeControlPlane.StartAsync() };
        trial._link = new HttpControlPlaneClient(trial.Plane.Address, TimeProvider.System);
        trial.Restart();
        return trial;
    }

    /// <summary>The next life of the runner, with the same state folder.</summary>
    public void Restart(Action? between = null)
    {
        _state?.Dispose();
        between?.Invoke();
        _state = StateFolder.Open(_folder.FullName, "0123456789abcdef01234567");
        Cache = new ZipCache(_state, MaxBytes, Time);
        _fetcher = new ZipFetcher(
            Cache, _link, Session, 1 << 20, Time, new Random(7), NullLogger<ZipFetcher>.Instance);
    }

    /// <summary>The lease of another task.</summary>
    public ActiveLease Lease()
    {
        var lease = new ActiveLease(TaskAssignments.New().Lease, Time, () => Interlocked.Increment(ref _told));
        _leases.Add(lease);
        return lease;
    }

    /// <summary>Opens a zip for a task, while the control plane has it.</summary>
    public Task<CodeArchive> OpenAsync(byte[] zip, ActiveLease? lease = null, Action? waits = null)
    {
        Plane.Zip = zip;
        return OpenAsync(ZipBuilder.Named(zip), lease, waits);
    }

    public Task<CodeArchive> OpenAsync(TaskZip zip, ActiveLease? lease = null, Action? waits = null) =>
        _fetcher.OpenAsync(zip, lease ?? Lease(), waits ?? (() => { }));

    /// <summary>Has a zip fetched and let go of again.</summary>
    public async Task FetchAsync(byte[] zip) => (await OpenAsync(zip)).Dispose();

    /// <summary>The offsets that were asked for since the last look.</summary>
    public IReadOnlyList<(string Task, long Offset)> TakeRequests() =>
        [.. Plane.ZipCalls.Take().Select(call => (call.Lease.TaskId, call.Offset))];

    /// <summary>Holds the call that comes after so many; ends when it has come, and holds until it is released or given up.</summary>
    public (Task Came, Action Release) HoldCall(int after)
    {
        var (came, release, calls) = (new TaskCompletionSource(), new TaskCompletionSource<int>(), 0);
        Plane.Interceptors["zip"] = context =>
        {
            if (Interlocked.Increment(ref calls) != after + 1)
            {
                return Task.FromResult(0);
            }

            came.SetResult();
            return release.Task.WaitAsync(context.RequestAborted);
        };
        return (came.Task, () => release.TrySetResult(0));
    }

    public async ValueTask DisposeAsync()
    {
        _leases.ForEach(lease => lease.Dispose());
        _link.Dispose();
        await Plane.DisposeAsync();
        _state.Dispose();
        _folder.Delete(recursive: true);
    }
}
