using OrleansHybrid.Domain.Labels;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Domain.Tests.Runners;

/// <summary>A runner that fell silent is no hope for tasks, and speaks for nobody's keys.</summary>
public sealed class LostRunnerTests
{
    [Fact(Timeout = 30_000)]
    public Task A_lost_runner_s_labels_can_not_be_hoped_for()
    {
        var gpu = Session("gpu") with { Lost = true };

        Assert.Equal([LabelSet.Parse("cpu")], RunnerSession.AvailableLabels([gpu, Session("cpu")]));
        Assert.Equal(2, RunnerSession.AvailableLabels([gpu with { Lost = false }, Session("cpu")]).Count);
        return Task.CompletedTask;
    }

    [Fact(Timeout = 30_000)]
    public Task A_lost_runner_s_keys_mix_with_no_others()
    {
        var (one, other) = (Session("") with { KeyIds = ["a"] }, Session("") with { KeyIds = ["b"] });

        Assert.True(RunnerSession.HaveMixedKeys([one, other]));
        Assert.False(RunnerSession.HaveMixedKeys([one, other with { Lost = true }]));
        return Task.CompletedTask;
    }

    private static RunnerSession Session(string labels) => new()
    {
        Id = "s",
        ClusterId = "c",
        TokenId = "t",
        CredentialHash = [1],
        Name = "box",
        Version = "1",
        Slots = 2,
        Executor = "process",
        Labels = LabelSet.Parse(labels),
        CreatedAt = DateTimeOffset.UnixEpoch,
        SeenAt = DateTimeOffset.UnixEpoch,
    };
}
