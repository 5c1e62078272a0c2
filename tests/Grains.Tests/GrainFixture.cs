using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Stores;

namespace OrleansHybrid.Grains.Tests;

/// <summary>Real grains on one silo or several, over a real SQLite store with one cluster; only the edge is a fake.</summary>
internal sealed class GrainFixture : IAsyncDisposable
{
    public const string Cluster = "c00000000000000000000000";
    public const string Project = "b00000000000000000000000";

    private readonly string _folder = Directory.CreateTempSubdirectory("grains").FullName;
    private readonly ServiceCollection _services = [];
    private readonly ServiceProvider _stores;
    private InProcessTestCluster _cluster = null!;
    private InProcessSiloHandle[] _silos = [];
    private long _ids;

    private GrainFixture()
    {
        _services.AddLogging().AddSqliteStores(Path.Combine(_folder, "hybrid.db"));
        _stores = _services.BuildServiceProvider();
    }

    public ITaskStore Tasks => _stores.GetRequiredService<ITaskStore>();

    public IRunnerStore Runners => _stores.GetRequiredService<IRunnerStore>();

    public IGrainFactory Grains => GrainsOf(0);

    /// <summary>The runner protocol that the silos' grains call.</summary>
    public FakeRunnerApi RunnerApi { get; } = new();

    public IClusterDispatchGrain ClusterGrain => Grains.GetGrain<IClusterDispatchGrain>(Cluster);

    public static async Task<GrainFixture> StartAsync(int silos = 1)
    {
        var ground = new GrainFixture();
        await ground._stores.GetRequiredService<IDatabaseInitializer>().MigrateAsync(default);
        ground._cluster = await TestGrainCluster.StartAsync(
            ground._services,
            ground._stores,
            silos,
            services => services.AddSingleton<ILeaseTokenGenerator, RandomLeaseTokenGenerator>().AddSingleton<IRunnerApi>(ground.RunnerApi));
        ground._silos = [.. ground._cluster.Silos];
        var user = new User("user", "user", DateTimeOffset.UnixEpoch);
        await ground._stores.GetRequiredService<IProjectStore>().AddUserAsync(user, default);
        await ground._stores.GetRequiredService<IClusterStore>().AddAsync(
            new ClusterSettings { Id = Cluster, UserId = user.Id, Name = "c", CreatedAt = user.CreatedAt },
            new ClusterTokenRecord("token", Cluster, [1], [2], user.CreatedAt),
            default);
        return ground;
    }

    /// <summary>Queues tasks without telling anybody; answers them in order.</summary>
    public Task<IReadOnlyList<TaskState>> QueueAsync(int count = 1, int priority = 0, params string[] requires) =>
        Tasks.EnqueueAsync([.. Enumerable.Range(0, count).Select(_ => NewTask(priority, LabelSet.Of(requires)))], default);

    /// <summary>Queues tasks with payloads of these sizes in bytes, without telling anybody.</summary>
    public Task<IReadOnlyList<TaskState>> QueueWithPayloadsAsync(params int[] sizes) =>
        Tasks.EnqueueAsync([.. sizes.Select(size => NewTask(0, LabelSet.None) with { Payload = new byte[size] })], default);

    /// <summary>Queues tasks and tells the cluster.</summary>
    public async Task<IReadOnlyList<TaskState>> QueueAndOfferAsync(int count = 1, int priority = 0, params string[] requires)
    {
        var queued = await QueueAsync(count, priority, requires);
        await ClusterGrain.Offer([LaneAvailability.Of(TaskEffect.Offered.Of(queued[0]))]);
        return queued;
    }

    /// <summary>Queues a task and tells the cluster, at one of the silos.</summary>
    public async Task<IReadOnlyList<TaskState>> QueueAndOfferFromAsync(int silo)
    {
        var queued = await QueueAsync();
        await GrainsOf(silo).GetGrain<IClusterDispatchGrain>(Cluster).Offer([LaneAvailability.Of(TaskEffect.Offered.Of(queued[0]))]);
        return queued;
    }

    /// <summary>An active session.</summary>
    public async Task<string> EnrolAsync(params string[] labels)
    {
        var id = NextId();
        var session = new RunnerSession
        {
            Id = id,
            ClusterId = Cluster,
            TokenId = "token",
            CredentialHash = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(id)),
            Name = "here",
            Version = "1",
            Slots = 1,
            Executor = "process",
            Labels = LabelSet.Of(labels),
            CreatedAt = DateTimeOffset.UtcNow,
            SeenAt = DateTimeOffset.UtcNow,
        };
        await Runners.EnrolAsync(session, null, default);
        return id;
    }

    /// <summary>A poll of a new session.</summary>
    public async Task<Poll> PollAsync(int wanted = 1, params string[] labels) =>
        new() { SessionId = await EnrolAsync(labels), ClaimKey = NextId(), Wanted = wanted, Labels = LabelSet.Of(labels) };

    /// <summary>The grains as one of the silos sees them.</summary>
    public IGrainFactory GrainsOf(int silo) => _silos[silo].ServiceProvider.GetRequiredService<IGrainFactory>();

    /// <summary>Which of the silos has a grain now, as one of them knows it.</summary>
    public async Task<int> FindHostAsync(IAddressable grain, int silo = 0)
    {
        var address = await GrainsOf(silo).GetGrain<IManagementGrain>(0).GetActivationAddress(grain);
        return Array.FindIndex(_silos, each => each.SiloAddress.Equals(address));
    }

    /// <summary>Stops a silo as it is stopped for an update.</summary>
    public Task StopAsync(int silo) => _cluster.StopSiloAsync(_silos[silo]);

    /// <summary>An edge, and its reference for grains.</summary>
    public FakePollObserver NewObserver() => new(Grains);

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
        await _stores.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private TaskToEnqueue NewTask(int priority, LabelSet required)
    {
        var spec = new TaskSpec
        {
            ProjectId = Project,
            ClusterId = Cluster,
            CodeId = "code",
            CodeRev = 1,
            CodeName = "hello",
            Priority = priority,
            RequiredLabels = required,
        };
        return new TaskToEnqueue(TaskStateMachine.Enqueue(new TaskId(NextId()), spec, DateTimeOffset.UtcNow).State, []);
    }

    private string NextId() => $"{Interlocked.Increment(ref _ids):x24}";

    private sealed class RandomLeaseTokenGenerator : ILeaseTokenGenerator
    {
        public string NewToken() => RandomNumberGenerator.GetHexString(32, lowercase: true);
    }
}

/// <summary>The fake edge: notes what is delivered.</summary>
internal sealed class FakePollObserver : IPollObserver
{
    private readonly Channel<Delivery> _deliveries = Channel.CreateUnbounded<Delivery>();

    public FakePollObserver(IGrainFactory grains) => Reference = grains.CreateObjectReference<IPollObserver>(this);

    public IPollObserver Reference { get; }

    public Task Deliver(Delivery[] deliveries)
    {
        foreach (var delivery in deliveries)
        {
            _deliveries.Writer.TryWrite(delivery);
        }

        return Task.CompletedTask;
    }

    public async Task<Delivery> NextAsync() => await _deliveries.Reader.ReadAsync();

    public bool IsEmpty => !_deliveries.Reader.TryPeek(out _);
}
