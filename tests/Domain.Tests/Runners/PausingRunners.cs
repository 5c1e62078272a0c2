using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Steps;

namespace OrleansHybrid.Domain.Tests.Runners;

/// <summary>A pause holds an active session, and only that, until it is taken back.</summary>
public sealed class PausingRunners
{
    [Fact]
    public void Every_phase_has_its_answer()
    {
        foreach (var phase in Enum.GetValues<RunnerPhase>())
        {
            foreach (var paused in (bool[])[false, true])
            {
                var session = Session(phase) with { Paused = paused };
                var (pause, resume) = (RunnerMachine.Pause(session), RunnerMachine.Resume(session));

                if (phase == RunnerPhase.Active)
                {
                    Assert.Equal((paused, session with { Paused = true }), (pause.Unchanged, pause.State));
                    Assert.Equal((!paused, session with { Paused = false }), (resume.Unchanged, resume.State));
                    Assert.Equal((null, null), (pause.Refusal, resume.Refusal));
                }
                else
                {
                    Assert.All([pause, resume], step => Assert.Equal((RefusalKind.Stale, session), (step.Refusal!.Kind, step.State)));
                }

                Assert.Equal(phase == RunnerPhase.Active && !paused, session.MayClaim);
            }
        }
    }

    [Fact]
    public void A_paused_session_can_be_drained_and_ended()
    {
        var paused = Session(RunnerPhase.Active) with { Paused = true };

        Assert.Equal(RunnerPhase.Draining, RunnerMachine.Drain(paused).State.Phase);
        Assert.Equal(RunnerPhase.Ended, RunnerMachine.End(paused).State.Phase);
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
