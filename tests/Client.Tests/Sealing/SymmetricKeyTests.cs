using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Client.Tests.Sealing;

/// <summary>S40: a key must be one, and not one that anybody can guess.</summary>
public sealed class SymmetricKeyTests
{
    [Theory(Timeout = 5000)]
    [InlineData("5c1f0e3b9a7748d2b6e4037fa1c8eeff")]
    [InlineData("5C1F0E3B9A7748D2B6E4037FA1C8EEFF")]
    [InlineData("  5c1f0e3b9a7748d2b6e4037fa1c8eeff\r\n")]
    [InlineData("key=5C1F0E3B9A7748D2B6E4037FA1C8EEFF\n")]
    [InlineData("\tkey= 5C1F0E3B9A7748D2B6E4037FA1C8EEFF")]
    public async Task One_key_may_be_spelt_in_several_ways(string text)
    {
        await Task.Yield();
        Assert.True(SymmetricKey.TryParse(text, out var key, out var problem), problem);
        using (key)
        {
            Assert.True(SymmetricSeal.TryOpen("AAECAwQFBgcICQoLThgwUxHjxjZ+RpRbOSKwfQ=="u8, key, out var plain));
            Assert.Empty(plain);
        }
    }

    [Theory(Timeout = 5000)]
    [InlineData("", "32, 48 or 64")]
    [InlineData("   ", "32, 48 or 64")]
    [InlineData("key=", "32, 48 or 64")]
    [InlineData("5c1f0e3b9a7748d2b6e4037fa1c8eef", "has 31 characters")]
    [InlineData("5c1f0e3b9a7748d2b6e4037fa1c8eeff0", "has 33 characters")]
    [InlineData("5c1f0e3b9a7748d2b6e4037fa1c8eeff00", "has 34 characters")]
    [InlineData("correct horse battery staple", "has 28 characters")]
    [InlineData("a passphrase with 32 characters!", "hex digits only")]
    [InlineData("5c1f0e3b9a7748d2b6e4037fa1c8eefg", "hex digits only")]
    [InlineData("00000000000000000000000000000000", "one byte repeated")]
    [InlineData("abababababababababababababababab", "one byte repeated")]
    [InlineData("ffffffffffffffffffffffffffffffffffffffffffffffff", "one byte repeated")]
    [InlineData("E93F1EAA90A651D46A23D543583CA319", "published example")]
    [InlineData("0123456789abcdef0123456789abcdef", "repeats itself")]
    [InlineData("00112233445566778899aabbccddeeff", "counts up or down")]
    [InlineData("key=e93f1eaa90a651d46a23d543583ca319", "published example")]
    public async Task A_poor_key_is_rejected_with_the_remedy_and_without_the_value(string text, string reason)
    {
        await Task.Yield();
        Assert.False(SymmetricKey.TryParse(text, out var key, out var problem));

        Assert.Null(key);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Contains("hybrid keygen", problem, StringComparison.Ordinal);
        var value = text.Trim();
        Assert.True(value.Length < 5 || !problem.Contains(value, StringComparison.OrdinalIgnoreCase));
    }
}
