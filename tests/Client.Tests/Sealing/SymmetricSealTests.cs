using System.Text;
using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Client.Tests.Sealing;

public sealed class SymmetricSealTests
{
    private const string Hex = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";

    /// <summary>Made with the AESGCM class of Python's cryptography package (OpenSSL).</summary>
    [Theory(Timeout = 5000)]
    [InlineData(Hex, "000102030405060708090a0b", "", "AAECAwQFBgcICQoLThgwUxHjxjZ+RpRbOSKwfQ==")]
    [InlineData(
        Hex,
        "a0a1a2a3a4a5a6a7a8a9aaab",
        "7b226e616d65223a225a6fc3ab227d",
        "oKGio6SlpqeoqaqrjAj3j4zjKNlItlq9fRP/uBIFCe0Ik7B26mATO3UBkg==")]
    [InlineData(
        "4d0be7c2916f83a5d01c7e92b6483ff52ac971e05d8b6634",
        "0c0b0a090807060504030201",
        "3139322062697473206f66206b6579",
        "DAsKCQgHBgUEAwIBroljxgaINCGG55yM8OH4mQsQynMcqFzOcbZIhBpF+A==")]
    [InlineData(
        "b7320fd49a6ce1587f04d39b2ce86a15f08d43b79162ce5a0be793d1482f6ca8",
        "ffeeddccbbaa998877665544",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627",
        "/+7dzLuqmYh3ZlVEDoUiEfFsWoKq9e1CZ2fwMjZGTdaeCE3ZfJT1QRC62882d/gvusUWdSMLD6HOUmoJyHcQZMlQayk=")]
    public async Task Another_implementation_seals_to_the_same_text(
        string hexKey, string nonce, string plain, string envelope)
    {
        await Task.Yield();
        using var key = Key(hexKey);

        var text = SymmetricSeal.Seal(Convert.FromHexString(plain), key, Convert.FromHexString(nonce));

        Assert.Equal(envelope, text);
        Assert.True(SymmetricSeal.TryOpen(Encoding.ASCII.GetBytes(envelope), key, out var opened));
        Assert.Equal(plain, Convert.ToHexStringLower(opened));
    }

    [Theory(Timeout = 5000)]
    [InlineData(0, 40)]
    [InlineData(1, 40)]
    [InlineData(15, 60)]
    [InlineData(16, 60)]
    [InlineData(65_536, 87_420)]
    public async Task A_sealed_payload_opens_again(int size, int characters)
    {
        await Task.Yield();
        using var key = Key(Hex);
        var plain = new byte[size];
        new Random(size).NextBytes(plain);

        var text = SymmetricSeal.Seal(plain, key);

        Assert.Equal(characters, text.Length);
        Assert.True(SymmetricSeal.TryOpen(Encoding.ASCII.GetBytes(text), key, out var opened));
        Assert.Equal(plain, opened);
    }

    [Fact(Timeout = 30_000)]
    public async Task No_two_envelopes_share_a_nonce()
    {
        await Task.Yield();
        using var key = Key(Hex);
        const int envelopes = 20_000;

        var nonces = Enumerable.Range(0, envelopes).AsParallel()
            .Select(_ => SymmetricSeal.Seal([], key)[..16])
            .Distinct()
            .Count();

        Assert.Equal(envelopes, nonces);
    }

    [Fact(Timeout = 5000)]
    public async Task A_wiped_key_neither_seals_nor_opens()
    {
        await Task.Yield();
        var key = Key(Hex);
        var text = Encoding.ASCII.GetBytes(SymmetricSeal.Seal("x"u8, key));

        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => SymmetricSeal.Seal("x"u8, key));
        Assert.Throws<ObjectDisposedException>(() => SymmetricSeal.TryOpen(text, key, out _));
    }

    private static SymmetricKey Key(string hex) =>
        SymmetricKey.TryParse(hex, out var key, out var problem) ? key : throw new ArgumentException(problem);
}
