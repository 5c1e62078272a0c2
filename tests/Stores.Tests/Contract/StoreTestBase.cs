using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Stores.Tests.Databases;

namespace OrleansHybrid.Stores.Tests.Contract;

/// <summary>The base of the store tests: a user, a project, a cluster, and short forms of the usual calls.</summary>
public abstract class StoreTestBase(StoreFixture stores) : IAsyncLifetime
{
    private readonly Random _random = new();
    private long _ids = Random.Shared.NextInt64(1L << 40);

    protected static CancellationToken None => CancellationToken.None;

    protected StoreFixture Stores => stores;

    protected ITaskStore Tasks => stores.Tasks;

    protected string UserId { get; private set; } = "";

    protected string ProjectId { get; private set; } = "";

    protected string ClusterId { get; private set; } = "";

    protected static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async Task InitializeAsync()
    {
        await stores.ResetAsync();
        UserId = await AddUserAsync();
        ProjectId = await AddProjectAsync();
        ClusterId = await AddClusterAsync();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>An id that is nobody's yet, higher than those before.</summary>
    protected string NextId() => TimeOrderedId.From(Now, Interlocked.Increment(ref _ids));

    protected TaskId NextTask() => new(NextId());

    protected async Task<string> AddUserAsync()
    {
        var user = NextId();
        await stores.Projects.AddUserAsync(new User(user, $"somebody {user}", Now), None);
        return user;
    }

    /// <summary>A project, of the first user unless it is to be another's.</summary>
    protected async Task<string> AddProjectAsync(string? userId = null)
    {
        var project = new Project { Id = NextId(), UserId = userId ?? UserId, Name = "project", CreatedAt = Now };
        await stores.Projects.AddProjectAsync(project, None);
        return project.Id;
    }

    protected async Task<string> AddClusterAsync()
    {
        var id = NextId();
        var cluster = new ClusterSettings { Id = id, UserId = UserId, Name = $"cluster {id}", CreatedAt = Now };
        await stores.Clusters.AddAsync(cluster, NewToken(cluster.Id) with { Id = TokenOf(cluster.Id) }, None);
        return cluster.Id;
    }

    /// <summary>The id of the token that a cluster begins with.</summary>
    protected static string TokenOf(string clusterId) => $"t{clusterId[1..]}";

    protected ClusterTokenRecord NewToken(string clusterId) => new(NextId(), clusterId, Bytes(32), Bytes(40), Now);

    protected byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    protected TaskSpec Spec(string code = "code", int priority = 0) => new()
    {
        ProjectId = ProjectId,
        ClusterId = ClusterId,
        CodeId = code,
        CodeRev = 1,
        CodeName = $"name of {code}",
        Priority = priority,
    };

    protected TaskToEnqueue New(TaskSpec spec, byte[]? payload = null) =>
        new(TaskStateMachine.Enqueue(NextTask(), spec, Now).State, payload ?? [1, 2, 3]);

    /// <summary>Queues one task after the other.</summary>
    protected async Task<TaskState[]> QueueAsync(params TaskSpec[] specs) =>
        [.. await Tasks.EnqueueAsync([.. specs.Select(spec => New(spec))], None)];

    protected RunnerSession NewSession(string? clusterId = null) => new()
    {
        Id = NextId(),
        ClusterId = clusterId ?? ClusterId,
        TokenId = TokenOf(clusterId ?? ClusterId),
        CredentialHash = Bytes(32),
        Name = "runner",
        Version = "1.0.0",
        Slots = 4,
        Executor = "process",
        CreatedAt = Now,
        SeenAt = Now,
    };

    protected async Task<string> EnrolAsync(string? clusterId = null)
    {
        var session = NewSession(clusterId);
        await stores.Runners.EnrolAsync(session, null, None);
        return session.Id;
    }

    protected ClaimSlot Slot(string session, string claimKey = "key") => new(session, claimKey, NextId());

    protected ClaimSlot[] SlotsOf(string session, int count, string claimKey = "key") =>
        [.. Enumerable.Range(0, count).Select(_ => Slot(session, claimKey))];

    /// <summary>Every head at which something waits for the cluster, from its start.</summary>
    protected async Task<LaneCursor[]> CursorsAsync(string? clusterId = null) =>
        [.. (await Tasks.ListBacklogAsync(clusterId ?? ClusterId, None)).Select(found => new LaneCursor(found.Lane, found.Priority, 0))];

    /// <summary>Claims whatever waits for the cluster.</summary>
    protected async Task<IReadOnlyList<ClaimedTask>> ClaimAsync(string session, int count) =>
        await Tasks.ClaimAsync(new ClaimBatch(await CursorsAsync(), SlotsOf(session, count)), None);

    /// <summary>Claims one task that is known to wait.</summary>
    protected async Task<LeaseFence> ClaimOneAsync(string session) => (await ClaimAsync(session, 1)).Single().Fence;

    protected async Task<LeaseRenewalResult> RenewAsync(LeaseFence fence, TaskPhase phase = TaskPhase.Running) =>
        (await Tasks.RenewAsync([new Renewal { Fence = fence, Phase = phase }], None)).Single();

    protected async Task<Transition<TaskState>> FinishAsync(
        LeaseFence fence, TaskPhase phase = TaskPhase.Complete, string message = "", TaskId? retry = null) =>
        (await Tasks.FinishAsync([Report(fence, phase, message, retry)], None)).Single();

    protected FinishReport Report(
        LeaseFence fence, TaskPhase phase = TaskPhase.Complete, string message = "", TaskId? retry = null) =>
        new(fence, new TaskOutcome { Phase = phase, Message = message, ExitCode = 0 }, retry ?? NextTask());

    protected async Task<Transition<TaskState>> CancelAsync(TaskId task) =>
        (await Tasks.CancelAsync(ProjectId, [task], None)).Single();

    protected async Task<TaskState> FindAsync(TaskId task) => (await Tasks.FindAsync(ProjectId, task, None))!.State;

    /// <summary>Lets a lease's time be over.</summary>
    protected Task ExpireLeaseAsync(TaskId task) =>
        stores.ExecuteAsync($"UPDATE leases SET until = 1 WHERE task_id = '{task}'");

    /// <summary>How many rows of a table are about a task.</summary>
    protected Task<long> CountRowsAsync(string table, TaskId task, string and = "1 = 1") =>
        stores.CountAsync($"SELECT COUNT(*) FROM {table} WHERE task_id = '{task}' AND {and}");

    protected Task<CodePackage> UploadAsync(string name, int maxConcurrency = 0) => stores.Codes.UploadAsync(
        ProjectId,
        NextId(),
        name,
        new CodeRevisionRecord { Id = NextId(), Image = "busybox", MaxConcurrency = maxConcurrency, CreatedAt = Now },
        None);

    /// <summary>Runs work twice at the same time, as two threads that know nothing of each other.</summary>
    protected static async Task<(TFirst First, TSecond Second)> RunConcurrentlyAsync<TFirst, TSecond>(
        Func<Task<TFirst>> first, Func<Task<TSecond>> second)
    {
        using var start = new Barrier(2);
        var one = Task.Run(() => Begin(first, start));
        var other = Task.Run(() => Begin(second, start));
        return (await one, await other);
    }

    private static Task<T> Begin<T>(Func<Task<T>> work, Barrier start)
    {
        start.SignalAndWait();
        return work();
    }
}
