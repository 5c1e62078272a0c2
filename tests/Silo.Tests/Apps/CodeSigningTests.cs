using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Apps;

/// <summary>S38: a signature that a client makes is good for what the runner is then told, and for nothing else.</summary>
public sealed class CodeSigningTests(TestSilo silo) : IClassFixture<TestSilo>, IDisposable
{
    private const string Hex = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";

    private static readonly NewCode Bare = new()
    {
        Name = "hello",
        Image = $"registry:5000/a/b@sha256:{new string('a', 64)}",
    };

    private readonly EncryptionKey _key = EncryptionKey.TryParse(Hex, out var key, out var problem) ? key : throw new ArgumentException(problem);

    public static TheoryData<NewCode, bool> Uploads() => new()
    {
        { Bare, false },
        { Bare with { Command = "", Config = "", EnvVars = new Dictionary<string, string>() }, false },
        { Bare with { Command = """["a b","c"]""", Config = "{ \"ü\": 1 }", EnvVars = new Dictionary<string, string> { ["B"] = "", ["A"] = "ü" } }, false },
        { Bare with { Runtime = "sh", FileName = "hello.sh", Stack = "any" }, false },
        { Bare with { Runtime = "sh", FileName = "hello.sh", Stack = "any" }, true },
        { Bare with { Init = false }, false },
        { Bare with { Init = true }, false },
    };

    public void Dispose() => _key.Dispose();

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Uploads))]
    public async Task The_signed_instructions_are_those_that_the_runner_gets(NewCode code, bool zipped)
    {
        var order = await OrderAsync(code, zipped);

        Assert.True(IsGood(order));
        TaskAssignment[] swapped =
        [
            order with { Image = order.Image.Replace('a', 'b') },
            order with { Command = "sh" },
            order with { CodeName = "other" },
            order with { NoInit = !order.NoInit },
            order with { Config = [1] },
            order with { EnvVars = new Dictionary<string, string>(order.EnvVars) { ["LD_PRELOAD"] = "x" } },
        ];
        Assert.DoesNotContain(swapped, IsGood);
        Assert.All(
            order.Zip is { } zip ? [zip with { Sha256 = new string('0', 64) }, zip with { FileName = "x" }, zip with { Runtime = "x" }] : (TaskZip[])[],
            other => Assert.False(IsGood(order with { Zip = other })));
    }

    [Theory]
    [InlineData("busybox")]
    [InlineData("busybox:1@sha256:abc")]
    [InlineData(null)]
    public void Without_its_digest_an_image_is_not_signed(string? image)
    {
        var refused = Assert.Throws<ArgumentException>(() => (Bare with { Image = image }).WithSignature(null, _key));

        Assert.Contains("name@sha256:", refused.Message, StringComparison.Ordinal);
    }

    private async Task<TaskAssignment> OrderAsync(NewCode code, bool zipped)
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        using var client = new HybridClient(new HybridClientOptions
        {
            BaseUrl = silo.Address,
            Token = tenant.Api.Token,
            ProjectId = tenant.ProjectId,
        });
        ReadOnlyMemory<byte>? zip = zipped ? TestZips.Small : null;
        await client.Codes.UploadAsync(code.WithSignature(zip, _key), zip);
        await client.Tasks.EnqueueAsync(new NewTask { CodeName = code.Name });
        return await (await tenant.EnrolAsync(cluster)).ClaimOneAsync();
    }

    private static bool IsGood(TaskAssignment order)
    {
        Assert.True(DecryptionKeys.TryParse(Hex, out var keys, out var problem), problem);
        using (keys)
        {
            return InstructionSignature.Verify(
                order.Signature,
                new Instructions(
                    order.CodeName,
                    order.Image,
                    order.Command,
                    order.Config,
                    order.EnvVars,
                    order.Zip?.Sha256 ?? "",
                    order.Zip?.FileName ?? "",
                    order.Zip?.Runtime ?? "",
                    order.NoInit),
                keys);
        }
    }
}
