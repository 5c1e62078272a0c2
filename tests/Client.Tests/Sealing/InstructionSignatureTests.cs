using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Client.Tests.Sealing;

/// <summary>S38: a signature is good for exactly what was signed.</summary>
public sealed class InstructionSignatureTests
{
    private const string Hex = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";

    private static readonly Instructions Signed = new(
        "hello", "busybox@sha256:00", "sh -c x", [1, 2], new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" });

    [Fact(Timeout = 10_000)]
    public async Task A_signature_is_valid_in_any_order_of_the_variables()
    {
        await Task.Yield();
        using var key = ClientFixture.Key(Hex);
        using var keys = Keys(Hex);
        var signature = InstructionSignature.Sign(Signed, key);

        Assert.True(InstructionSignature.Verify(
            signature, Signed with { EnvVars = new Dictionary<string, string> { ["B"] = "2", ["A"] = "1" } }, keys));
        Assert.True(signature.Length <= InstructionSignature.MaxLength);
    }

    public static TheoryData<string, object> Changes => new()
    {
        { "another name", Signed with { CodeName = "hell" } },
        { "a moved border", Signed with { CodeName = "hellob", Image = "usybox@sha256:00" } },
        { "another image", Signed with { Image = "busybox@sha256:01" } },
        { "another command", Signed with { Command = "sh -c y" } },
        { "another config", Signed with { Config = [1, 3] } },
        { "no config", Signed with { Config = null } },
        { "an empty config", Signed with { Config = [] } },
        { "a zip", Signed with { ZipSha256 = "00" } },
        { "another file", Signed with { FileName = "b.rb" } },
        { "another language", Signed with { Runtime = "sh" } },
        { "another value", Signed with { EnvVars = new Dictionary<string, string> { ["A"] = "1", ["B"] = "3" } } },
        { "one more", Signed with { EnvVars = new Dictionary<string, string> { ["A"] = "1", ["B"] = "2", ["C"] = "" } } },
        { "no process in front (B6)", Signed with { NoInit = true } },
        { "a moved value", Signed with { EnvVars = new Dictionary<string, string> { ["A"] = "1B2" } } },
    };

    [Theory(Timeout = 10_000)]
    [MemberData(nameof(Changes))]
    public async Task Nothing_else_is(string change, object changed)
    {
        await Task.Yield();
        using var key = ClientFixture.Key(Hex);
        using var keys = Keys(Hex);
        Assert.False(InstructionSignature.Verify(InstructionSignature.Sign(Signed, key), (Instructions)changed, keys), change);
    }

    [Fact(Timeout = 10_000)]
    public async Task B6_what_was_signed_before_there_was_a_choice_of_the_first_process_is_good()
    {
        await Task.Yield();
        const string yesterdays = "ohs1.c49b2c9a61241297.2BntIfYYInKI4miu2eDTdi2h7bXsduSC_kSwbntNUN4";
        using var keys = Keys("c7e1094b5da2863fd0187a6be92f53c4");

        Assert.True(InstructionSignature.Verify(yesterdays, Signed, keys));
        Assert.False(InstructionSignature.Verify(yesterdays, Signed with { NoInit = true }, keys));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("")]
    [InlineData("ohs1")]
    [InlineData("ohs1..")]
    [InlineData("ohs1.5f2033049608a53c.")]
    [InlineData("ohs1.5f2033049608a53c.AAAA")]
    public async Task A_malformed_text_is_no_signature(string signature)
    {
        await Task.Yield();
        using var keys = Keys(Hex);
        Assert.False(InstructionSignature.Verify(signature, Signed, keys));
    }

    [Fact(Timeout = 10_000)]
    public async Task One_of_another_key_is_not()
    {
        await Task.Yield();
        using var other = ClientFixture.Key("d3a90b64e17f528c0f9be6247c351100");
        using var keys = Keys(Hex);
        Assert.False(InstructionSignature.Verify(InstructionSignature.Sign(Signed, other), Signed, keys));
    }

    private static DecryptionKeys Keys(string text) =>
        DecryptionKeys.TryParse(text, out var keys, out var problem) ? keys : throw new ArgumentException(problem);
}
