using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Domain.Tests.Runners;

/// <summary>The transitions of a runner's session.</summary>
public sealed class RunnerStateMachineTests
{
    [Theory]
    [InlineData(RunnerPhase.Active, RunnerPhase.Draining, null)]
    [InlineData(RunnerPhase.Draining, RunnerPhase.Draining, null)]
    [InlineData(RunnerPhase.Ended, RunnerPhase.Ended, ErrorKind.Stale)]
    public void Draining_takes_effect_once_and_never_reopens_an_ended_session(RunnerPhase from, RunnerPhase to, ErrorKind? refused)
    {
        var step = RunnerStateMachine.Drain(Session(from));

        Assert.Equal((to, refused), (step.State.Phase, step.Error?.Kind));
    }

    [Theory]
    [InlineData(RunnerPhase.Active)]
    [InlineData(RunnerPhase.Draining)]
    [InlineData(RunnerPhase.Ended)]
    public void A_session_can_always_end(RunnerPhase from) =>
        Assert.Equal(RunnerPhase.Ended, RunnerStateMachine.End(Session(from)).State.Phase);

    private static RunnerSession Session(RunnerPhase phase) => new()
    {
        Id = "session",
        ClusterId = "cluster",
        TokenId = "t",
        CredentialHash = [],
        Phase = phase,
        Name = "here",
        Version = "1",
        Slots = 1,
        Executor = "process",
        CreatedAt = DateTimeOffset.UnixEpoch,
        SeenAt = DateTimeOffset.UnixEpoch,
    };
}
