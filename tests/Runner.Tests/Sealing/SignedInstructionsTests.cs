using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Sealing;

/// <summary>S38: a runner that demands signatures starts nothing that its control plane has swapped.</summary>
public sealed class SignedInstructionsTests : RunnerTestBase
{
    private const string KeyText = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";
    private const string Reason = "not signed: this runner starts only what was signed with its key, and this was not, or was changed since";

    private static readonly SymmetricKey Key =
        SymmetricKey.TryParse(KeyText, out var key, out var problem) ? key : throw new ArgumentException(problem);

    protected override RunnerOptions ConfigureOptions(RunnerOptions options) => options with { SealPolicy = SealPolicies.Of(KeyText, signedOnly: true) };

    [Fact(Timeout = 30_000)]
    public async Task Signed_instructions_are_started()
    {
        var sandbox = await StartedAsync(Signed());

        Assert.Equal("x", System.Text.Encoding.UTF8.GetString((await sandbox.Created).Payload));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("no signature")]
    [InlineData("image")]
    [InlineData("command")]
    [InlineData("variable")]
    [InlineData("config")]
    [InlineData("code")]
    [InlineData("first process (B6)")]
    [InlineData("tag")]
    public async Task Swapped_instructions_are_not_started(string what)
    {
        var order = what switch
        {
            "no signature" => Signed() with { Signature = "" },
            "image" => Signed() with { Image = $"evil@sha256:{new string('0', 64)}" },
            "command" => Signed() with { Command = "curl evil" },
            "variable" => Signed() with { EnvVars = new Dictionary<string, string> { ["LD_PRELOAD"] = "evil" } },
            "config" => Signed() with { Config = [1] },
            "code" => Signed() with { CodeName = "another" },
            "first process (B6)" => Signed() with { NoInit = true },
            _ => Signed("busybox:latest"),
        };
        Plane.Offer(order);

        var sandbox = await Sandboxes.NextAsync();
        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);
        await sandbox.Removed;
        Assert.Equal(("error", Reason, false), (result.Status, result.Message, result.Retryable));
        Assert.False(sandbox.Created.IsCompleted);
    }

    private static TaskAssignment Signed(string? image = null)
    {
        var order = TaskAssignments.New(SymmetricSeal.Seal("x"u8, Key)) with
        {
            Image = image ?? $"busybox@sha256:{new string('0', 64)}",
            Command = "true",
        };
        var instructions = new Instructions(order.CodeName, order.Image, order.Command, order.Config, order.EnvVars);
        return order with { Signature = InstructionSignature.Sign(instructions, Key) };
    }
}
