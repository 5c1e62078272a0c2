using System.Collections.Concurrent;
using System.Threading.Channels;
using Orleans.Hybrid.Domain.Runners;
using Orleans.Hybrid.Domain.Tasks;
using Orleans.Hybrid.Grains.Tasks;
using Orleans.Hybrid.RunnerDoor;

namespace Orleans.Hybrid.Grains.Tests.Runners;

/// <summary>How the order to stop a task reaches the executor of a runner that is a silo.</summary>
public sealed class Stopping
{
    private const string TaskId = "0123456789abcdef01234567";

    [Fact(Timeout = 30_000)]
    public async Task It_reaches_the_executor_of_a_session_that_calls_grains_and_of_no_other()
    {
        await using var ground = await Ground.StartAsync();
        var (silo, other) = (Session(), Session());
        var heard = ExecutorOfTests.Heard.GetOrAdd(ExecutionKey.Of(silo, TaskId), _ => Channel.CreateUnbounded<(int, string)>());
        await ground.Grains.GetGrain<ISessionGrain>(silo).Call("heartbeat", "credential", [], default);

        TaskEffects.Do(ground.Grains, [new TaskEffect.StopOrdered(Ground.Cluster, Lease(other))]);
        TaskEffects.Do(ground.Grains, [new TaskEffect.StopOrdered(Ground.Cluster, Lease(silo))]);

        Assert.Equal((3, "token"), await heard.Reader.ReadAsync());
        Assert.False(ExecutorOfTests.Heard.ContainsKey(ExecutionKey.Of(other, TaskId)));
    }

    private static string Session() => Guid.NewGuid().ToString("n")[..24];

    private static LeaseFence Lease(string session) => new(new Domain.Tasks.TaskId(TaskId), 3, "token", session);
}

/// <summary>An executor that notes what it is told.</summary>
internal sealed class ExecutorOfTests : Grain, IExecutionGrain
{
    public static ConcurrentDictionary<string, Channel<(int Attempt, string Token)>> Heard { get; } = new();

    public Task Cancel(int attempt, string token) => Heard
        .GetOrAdd(this.GetPrimaryKeyString(), _ => Channel.CreateUnbounded<(int, string)>())
        .Writer.WriteAsync((attempt, token)).AsTask();
}
