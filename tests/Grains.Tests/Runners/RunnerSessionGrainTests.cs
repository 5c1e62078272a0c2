using System.Threading.Channels;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Tasks;

namespace OrleansHybrid.Grains.Tests.Runners;

/// <summary>How the order to stop a task reaches a runner that came through a gateway.</summary>
public sealed class RunnerSessionGrainTests
{
    private const string TaskId = "0123456789abcdef01234567";

    [Theory(Timeout = 60_000)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task It_reaches_the_observer_of_its_session_and_of_no_other(int silos)
    {
        await using var ground = await GrainFixture.StartAsync(silos);
        var (session, other) = (Session(), Session());
        var runner = new FakeRunnerObserver();
        await ClaimAsync(ground, session, $"of {session}", runner);

        TaskEffects.Publish(ground.GrainsOf(silos - 1), [new TaskEffect.StopRequested(GrainFixture.Cluster, Lease(other, 2))]);
        TaskEffects.Publish(ground.GrainsOf(silos - 1), [new TaskEffect.StopRequested(GrainFixture.Cluster, Lease(session, 3))]);

        Assert.Equal(new LeaseRef { TaskId = TaskId, Attempt = 3, Token = "token" }, await runner.Cancelled.Reader.ReadAsync());
        Assert.False(runner.Cancelled.Reader.TryPeek(out _));
    }

    [Fact(Timeout = 60_000)]
    public async Task V2_a_claim_with_the_credential_of_another_session_hears_nothing()
    {
        await using var ground = await GrainFixture.StartAsync();
        var session = Session();
        var (owner, stranger) = (new FakeRunnerObserver(), new FakeRunnerObserver());
        await ClaimAsync(ground, session, $"of {session}", owner);

        await ClaimAsync(ground, session, $"of {Session()}", stranger);
        TaskEffects.Publish(ground.Grains, [new TaskEffect.StopRequested(GrainFixture.Cluster, Lease(session, 1))]);

        await owner.Cancelled.Reader.ReadAsync();
        Assert.False(stranger.Cancelled.Reader.TryPeek(out _));
    }

    private static Task ClaimAsync(GrainFixture ground, string session, string credential, FakeRunnerObserver runner) =>
        ground.Grains.GetGrain<IRunnerSessionGrain>(session).Claim(
            credential,
            new ClaimRequest { ClaimKey = new string('0', 32), Wanted = 0 },
            ground.Grains.CreateObjectReference<IRunnerObserver>(runner),
            CancellationToken.None);

    private static string Session() => Guid.NewGuid().ToString("n")[..24];

    private static LeaseFence Lease(string session, int attempt) => new(new Domain.Tasks.TaskId(TaskId), attempt, "token", session);

    private sealed class FakeRunnerObserver : IRunnerObserver
    {
        public Channel<LeaseRef> Cancelled { get; } = Channel.CreateUnbounded<LeaseRef>();

        public Task Cancel(LeaseRef lease) => Cancelled.Writer.WriteAsync(lease).AsTask();
    }
}
