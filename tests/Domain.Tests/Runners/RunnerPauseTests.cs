using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Domain.Tests.Runners;

/// <summary>A pause holds an active session, and only that, until it is taken back.</summary>
public sealed class RunnerPauseTests
{
    [Fact]
    public void Every_phase_has_its_answer()
    {
        foreach (var phase in Enum.GetValues<RunnerPhase>())
        {
            foreach (var paused in (bool[])[false, true])
            {
                var session = Session(phase) with { Paused = paused };
                var (pause, resume) = (RunnerStateMachine.Pause(session), RunnerStateMachine.Resume(session));

                if (phase == RunnerPhase.Active)
                {
                    Assert.Equal((paused, session with { Paused = true }), (pause.Unchanged, pause.State));
                    Assert.Equal((!paused, session with { Paused = false }), (resume.Unchanged, resume.State));
                    Assert.Equal((null, null), (pause.Error, resume.Error));
                }
                else
                {
                    Assert.All([pause, resume], step => Assert.Equal((ErrorKind.Stale, session), (step.Error!.Kind, step.State)));
                }

                Assert.Equal(phase == RunnerPhase.Active && !paused, session.MayClaim);
            }
        }
    }

    [Fact]
    public void A_paused_session_can_be_drained_and_ended()
    {
        var paused = Session(RunnerPhase.Active) with { Paused = true };

        Assert.Equal(RunnerPhase.Draining, RunnerStateMachine.Drain(paused).State.Phase);
        Assert.Equal(RunnerPhase.Ended, RunnerStateMachine.End(paused).State.Phase);
    }

    private static RunnerSession Session(RunnerPhase phase) => new()
    {
        Id = "s",
        ClusterId = "c",
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
