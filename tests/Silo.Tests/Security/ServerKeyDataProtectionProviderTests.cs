using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Tests.Security;

/// <summary>V1: what the web page encrypts for browsers, under keys that follow from the server key.</summary>
public sealed class ServerKeyDataProtectionProviderTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, ServerKey.Length).Select(i => (byte)i)];
    private static readonly byte[] Text = "session 1234"u8.ToArray();

    public static TheoryData<string[], string[]> OtherPurposes() => new()
    {
        { ["a"], ["b"] },
        { ["a"], ["a", ""] },
        { ["a", "b"], ["ab"] },
        { ["a", "b"], ["a\0\0\0\u0001b"] },
        { ["a", "b"], ["b", "a"] },
        { ["a", "b", "c"], ["a", "bc"] },
    };

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public void V1_Every_silo_with_the_same_key_opens_what_another_one_protected(int length)
    {
        var text = RandomNumberGenerator.GetBytes(length);

        var message = With(Key).CreateProtector("a", "b").Protect(text);

        Assert.Equal(text, With(Key).CreateProtector("a").CreateProtector("b").Unprotect(message));
    }

    [Theory]
    [MemberData(nameof(OtherPurposes))]
    public void V1_A_value_protected_for_one_purpose_opens_for_no_other(string[] purposes, string[] others)
    {
        var message = With(Key).CreateProtector(purposes).Protect(Text);

        Assert.ThrowsAny<CryptographicException>(() => With(Key).CreateProtector(others).Unprotect(message));
        Assert.Equal(Text, With(Key).CreateProtector(purposes).Unprotect(message));
    }

    [Fact]
    public void V1_Another_key_opens_nothing() => Assert.ThrowsAny<CryptographicException>(() =>
        With([.. Key.Reverse()]).CreateProtector("a").Unprotect(With(Key).CreateProtector("a").Protect(Text)));

    [Fact]
    public void V1_A_message_that_was_cut_changed_or_made_by_somebody_else_opens_nothing()
    {
        var protector = With(Key).CreateProtector("a");
        var message = protector.Protect(Text);

        for (var i = 0; i < message.Length; i++)
        {
            byte[] changed = [.. message[..i], (byte)(message[i] ^ 1), .. message[(i + 1)..]];
            Assert.ThrowsAny<CryptographicException>(() => protector.Unprotect(changed));
            Assert.ThrowsAny<CryptographicException>(() => protector.Unprotect(message[..i]));
        }

        Assert.ThrowsAny<CryptographicException>(() => protector.Unprotect([.. message, 0]));
        Assert.ThrowsAny<CryptographicException>(() => protector.Unprotect(new byte[100]));
        Assert.ThrowsAny<CryptographicException>(() => protector.Unprotect([]));
    }

    [Fact]
    public void V1_The_same_text_is_another_message_each_time()
    {
        var protector = With(Key).CreateProtector("a");

        Assert.NotEqual(protector.Protect(Text), protector.Protect(Text));
    }

    [Fact]
    public void A_purpose_that_is_not_unicode_is_rejected() =>
        Assert.ThrowsAny<ArgumentException>(() => With(Key).CreateProtector("\ud800"));

    private static ServerKeyDataProtectionProvider With(byte[] key) => new(new ServerKey(key));
}
