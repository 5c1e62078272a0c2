using System.Text;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Sealing;

/// <summary>S37: an envelope is started where it was sealed for, and as often as it says, whatever the control plane sends.</summary>
public sealed class SealedEnvelopeTests : RunnerTestBase
{
    private const string KeyText = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";
    private const string Cluster = "0123456789abcdef01234567";

    private static readonly SymmetricKey Key =
        SymmetricKey.TryParse(KeyText, out var key, out var problem) ? key : throw new ArgumentException(problem);

    private static readonly EnvelopeHeader Here = new() { Project = new string('b', 24), Cluster = Cluster, Code = "some/code" };

    // One slot: while a task runs nothing is asked for, and so nothing can be handed to a life that has just ended.
    protected override RunnerOptions ConfigureOptions(RunnerOptions options) => options with { SealPolicy = SealPolicies.Of(KeyText), Slots = 1 };

    [Theory(Timeout = 30_000)]
    [InlineData(Cluster)]
    [InlineData("")]
    public async Task One_for_this_place_is_opened(string cluster)
    {
        var sandbox = await StartedAsync(TaskAssignments.New(Sealed(Here with { Cluster = cluster })));

        Assert.Equal("the secret", Encoding.UTF8.GetString((await sandbox.Created).Payload));
        Assert.Equal([Key.Id], (await Plane.Enrolments.NextAsync()).KeyIds);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("project", "payload not authentic: it was sealed for another project")]
    [InlineData("cluster", "payload not authentic: it was sealed for another cluster")]
    [InlineData("code", "payload not authentic: it was sealed for another code package")]
    [InlineData("time", "payload too old: its time has passed")]
    public async Task One_for_another_place_or_time_is_rejected(string what, string reason)
    {
        var other = new string('c', 24);
        var header = what switch
        {
            "project" => Here with { Project = other },
            "cluster" => Here with { Cluster = other },
            "code" => Here with { Code = "some/code2" },
            _ => Here with { NotAfter = Time.GetUtcNow().ToUnixTimeSeconds() },
        };

        await RefusedAsync(TaskAssignments.New(Sealed(header)), reason);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_same_bytes_start_as_often_as_they_say_and_not_again_in_a_later_life()
    {
        var payload = Sealed(Here with { Runs = "2" });
        await CompleteAsync(payload);
        await CompleteAsync(payload);
        await StartedAsync(TaskAssignments.New(SymmetricSeal.Seal("another"u8, Key)));
        await RestartAsync();

        await RefusedAsync(
            TaskAssignments.New(payload), "payload used up: it was sealed for 2 starts, and this runner has made as many; queue it again");
    }

    [Fact(Timeout = 30_000)]
    public async Task Any_number_of_starts_is_any_number()
    {
        var payload = Sealed(Here with { Runs = "*" });
        for (var i = 0; i < 5; i++)
        {
            await CompleteAsync(payload);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_start_that_a_crash_cut_short_is_forgiven_a_few_times_only()
    {
        var payload = Sealed(Here);
        for (var i = 0; i < 4; i++)
        {
            await StartedAsync(TaskAssignments.New(payload));
            await Runner.KillAsync();
            await RestartAsync();
        }

        await RefusedAsync(
            TaskAssignments.New(payload), "payload used up: it was sealed for one start, and this runner has made as many; queue it again");
    }

    private static string Sealed(EnvelopeHeader header) => Envelope.Seal("the secret"u8, Key, header);

    private async Task CompleteAsync(string payload)
    {
        var sandbox = await StartedAsync(TaskAssignments.New(payload));
        sandbox.End(0);
        Assert.Equal("complete", Assert.Single((await Plane.Finishes.NextAsync()).Results).Status);
        await sandbox.Removed;
    }

    private async Task RefusedAsync(TaskAssignment order, string reason)
    {
        Plane.Offer(order);
        var sandbox = await Sandboxes.NextAsync();
        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);
        await sandbox.Removed;
        Assert.Equal(("error", reason, false), (result.Status, result.Message, result.Retryable));
        Assert.False(sandbox.Started.IsCompleted);
    }
}
