using System.Collections.Concurrent;
using System.Security.Cryptography;
using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Client.Tests.Sealing;

/// <summary>V13: keys that nobody drew at random are refused wherever a key is given, and none that somebody did.</summary>
public sealed class WeakKeysTests
{
    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    [InlineData("deadbeefdeadbeefdeadbeefdeadbeef")]
    [InlineData("deadbeefcafebabedeadbeefcafebabe")]
    [InlineData("deadbeefdeadbeefcafebabecafebabe")]
    [InlineData("12312312312312312312312312312312")]
    [InlineData("12345678901234567890123456789012")]
    [InlineData("7f0c7f0c7f0c7f0c7f0c7f0c7f0c7f0c7f0c7f0c7f0c7f0c")]
    [InlineData("9b1e44d07ac35f829b1e44d07ac35f829b1e44d07ac35f82")]
    [InlineData("9b1e44d07ac35f82c6a8117e9b1e44d07ac35f82c6a8117e9b1e44d07ac35f82")]
    [InlineData("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308")]
    public void V13_A_key_that_repeats_itself_is_rejected(string hex) => AssertRefused(hex, "repeats itself");

    [Theory]
    [InlineData("00112233445566778899aabbccddeeff")]
    [InlineData("ffeeddccbbaa99887766554433221100")]
    [InlineData("000102030405060708090a0b0c0d0e0f1011121314151617")]
    [InlineData("0f1e2d3c4b5a69788796a5b4c3d2e1f0")]
    [InlineData("fedcba98765432100f1e2d3c4b5a6978")]
    [InlineData("00010002000300040005000600070008")]
    [InlineData("01000000020000000300000004000000")]
    [InlineData("00000064000000c80000012c00000190000001f4000002580000000bc0000320")]
    [InlineData("9b1e44d07ac35f82030a11181f262d34")]
    public void V13_A_key_that_counts_is_rejected(string hex) => AssertRefused(hex, "counts up or down");

    [Theory]
    [InlineData("00000000000000000000000000000001")]
    [InlineData("0a000b00000a0b0c000a000c0b000a0b")]
    public void V13_A_key_of_few_bytes_is_rejected(string hex)
    {
        Assert.False(SymmetricKey.TryParse(hex, out _, out var problem));
        Assert.Contains("hybrid keygen", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2b7e151628aed2a6abf7158809cf4f3c")]
    [InlineData("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4")]
    [InlineData("feffe9928665731c6d6a8f9467308308")]
    [InlineData("d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("5f4dcc3b5aa765d61d8327deb882cf99")]
    [InlineData("5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8")]
    [InlineData("2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b")]
    [InlineData("5baa61e4c9b93f3f0682250b6cf8331b")]
    public void V13_A_key_that_all_know_is_rejected(string hex) => AssertRefused(hex, "known to all");

    [Fact(Timeout = 120_000)]
    public async Task V13_Of_a_million_random_keys_none_is_rejected()
    {
        var refused = new ConcurrentBag<string>();
        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() =>
        {
            Span<byte> key = stackalloc byte[32];
            for (var i = 0; i < 10_000; i++)
            {
                RandomNumberGenerator.Fill(key);
                var some = key[..(16 + (8 * (i % 3)))];
                if (WeakKeys.FindProblem(some) is { } problem)
                {
                    refused.Add($"{Convert.ToHexString(some)}: {problem}");
                }
            }
        })));

        Assert.Empty(refused);
    }

    [Fact(Timeout = 30_000)]
    public async Task V13_Runners_and_those_who_queue_reject_the_same_keys()
    {
        await Task.Yield();
        const string weak = "0123456789abcdef0123456789abcdef";

        Assert.False(EncryptionKey.TryParse(weak, out _, out var queueing));
        Assert.False(DecryptionKeys.TryParse($"5c1f0e3b9a7748d2b6e4037fa1c8eeff, {weak}", out _, out var running));
        Assert.Equal(queueing, running);
    }

    private static void AssertRefused(string hex, string reason)
    {
        Assert.False(SymmetricKey.TryParse(hex, out var key, out var problem));
        Assert.Null(key);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Contains("hybrid keygen", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(hex, problem, StringComparison.OrdinalIgnoreCase);
    }
}
