using System.Text;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Sealing;

/// <summary>With a key, only what was sealed under it is started (I11, K2, S36).</summary>
public sealed class PayloadDecryptorTests : RunnerTestBase
{
    private const string KeyText = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";

    private static readonly SymmetricKey Key = Parse(KeyText);

    protected override RunnerOptions ConfigureOptions(RunnerOptions options) => options with { SealPolicy = SealPolicies.Of(KeyText) };

    [Fact(Timeout = 30_000)]
    public async Task A_sealed_payload_is_opened_for_its_program()
    {
        var sandbox = await StartedAsync(TaskAssignments.New(SymmetricSeal.Seal("the secret"u8, Key)));

        Assert.Equal("the secret", Encoding.UTF8.GetString((await sandbox.Created).Payload));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("")]
    [InlineData("plain text")]
    [InlineData("tampered")]
    [InlineData("of another key")]
    public async Task K2_anything_else_ends_in_error_without_a_sandbox_and_without_a_retry(string what)
    {
        var payload = what switch
        {
            "tampered" => Tampered(),
            "of another key" => SymmetricSeal.Seal("the secret"u8, Parse("d3a90b64e17f528c0f9be6247c351100")),
            _ => what,
        };
        Plane.Offer(TaskAssignments.New(payload));

        var sandbox = await Sandboxes.NextAsync();
        var result = Assert.Single((await Plane.Finishes.NextAsync()).Results);
        await sandbox.Removed;
        Assert.Equal(("error", "payload not authentic", false), (result.Status, result.Message, result.Retryable));
        Assert.False(sandbox.Created.IsCompleted);
    }

    private static string Tampered()
    {
        var bytes = Convert.FromBase64String(SymmetricSeal.Seal("the secret"u8, Key));
        bytes[20] ^= 1;
        return Convert.ToBase64String(bytes);
    }

    private static SymmetricKey Parse(string text) =>
        SymmetricKey.TryParse(text, out var key, out var problem) ? key : throw new ArgumentException(problem);
}
