using System.Text;
using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Client.Tests.Sealing;

/// <summary>S36: whatever happens to an envelope on the way, nothing comes out of it.</summary>
public sealed class SymmetricSealTamperingTests : IDisposable
{
    private readonly SymmetricKey _key = Key("5c1f0e3b9a7748d2b6e4037fa1c8eeff");

    public void Dispose() => _key.Dispose();

    [Fact(Timeout = 10_000)]
    public async Task No_flipped_bit_of_the_text_opens()
    {
        await Task.Yield();
        foreach (var plain in new[] { "", "a", "ab", "a short payload" })
        {
            var text = Encoding.ASCII.GetBytes(SymmetricSeal.Seal(Encoding.UTF8.GetBytes(plain), _key));
            for (var bit = 0; bit < text.Length * 8; bit++)
            {
                var flipped = (byte[])text.Clone();
                flipped[bit / 8] ^= (byte)(1 << (bit % 8));
                AssertClosed(flipped);
            }
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task No_flipped_bit_of_the_envelope_opens()
    {
        await Task.Yield();
        var envelope = Envelope("a short payload");
        for (var bit = 0; bit < envelope.Length * 8; bit++)
        {
            var flipped = (byte[])envelope.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertClosed(Text(flipped));
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task A_shorter_or_longer_envelope_does_not_open()
    {
        await Task.Yield();
        var envelope = Envelope("a short payload");
        for (var length = 0; length < envelope.Length; length++)
        {
            AssertClosed(Text(envelope[..length]));
            AssertClosed(Text(envelope[^length..]));
        }

        for (var more = 1; more < 20; more++)
        {
            AssertClosed(Text([.. envelope, .. new byte[more]]));
        }
    }

    [Fact(Timeout = 10_000)]
    public async Task A_shorter_or_longer_text_does_not_open()
    {
        await Task.Yield();
        var text = Text(Envelope("a short payload"));
        for (var length = 0; length < text.Length; length++)
        {
            AssertClosed(text[..length]);
        }

        AssertClosed([.. text, .. text]);
        AssertClosed([.. text, (byte)'A']);
        AssertClosed([.. text, .. "AAAA"u8]);
    }

    [Fact(Timeout = 5000)]
    public async Task Another_spelling_of_the_same_bytes_does_not_open()
    {
        await Task.Yield();
        var text = Encoding.ASCII.GetString(Text(Envelope("a")));
        Assert.EndsWith("=", text, StringComparison.Ordinal);

        AssertClosed(Encoding.ASCII.GetBytes(text + "\n"));
        AssertClosed(Encoding.ASCII.GetBytes(" " + text));
        AssertClosed(Encoding.ASCII.GetBytes(text.Insert(20, "\r\n")));
        AssertClosed(Encoding.ASCII.GetBytes(text.TrimEnd('=')));
        AssertClosed(Encoding.ASCII.GetBytes(text + "="));
        AssertClosed(Encoding.Unicode.GetBytes(text));
        AssertClosed([0xEF, 0xBB, 0xBF, .. Encoding.ASCII.GetBytes(text)]);
    }

    [Fact(Timeout = 5000)]
    public async Task Another_key_does_not_open_it()
    {
        await Task.Yield();
        var text = Text(Envelope("a short payload"));
        foreach (var hex in new[]
        {
            "5c1f0e3b9a7748d2b6e4037fa1c8eefe",
            "5c1f0e3b9a7748d2b6e4037fa1c8eeff91d06be27f3ac858",
            "5c1f0e3b9a7748d2b6e4037fa1c8eeff91d06be27f3ac85814e0973bd62f5cba",
        })
        {
            using var other = Key(hex);
            Assert.False(SymmetricSeal.TryOpen(text, other, out var plain));
            Assert.Null(plain);
        }
    }

    [Theory(Timeout = 5000)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"name\":\"Fred\"}")]
    [InlineData("a plain payload that nobody sealed, of a fair length")]
    [InlineData("QSBwYXlsb2FkIGluIGJhc2U2NCB0aGF0IG5vYm9keSBzZWFsZWQ=")]
    [InlineData("========================================")]
    public async Task A_payload_that_nobody_sealed_does_not_open(string payload)
    {
        await Task.Yield();
        AssertClosed(Encoding.UTF8.GetBytes(payload));
    }

    [Fact(Timeout = 10_000)]
    public async Task No_bytes_whatever_throw()
    {
        await Task.Yield();
        var random = new Random(20151101);
        for (var round = 0; round < 5_000; round++)
        {
            var noise = new byte[random.Next(200)];
            random.NextBytes(noise);
            AssertClosed(noise);
            AssertClosed(Text(noise));
        }
    }

    private byte[] Envelope(string plain) =>
        Convert.FromBase64String(SymmetricSeal.Seal(Encoding.UTF8.GetBytes(plain), _key));

    private static byte[] Text(byte[] envelope) => Encoding.ASCII.GetBytes(Convert.ToBase64String(envelope));

    private void AssertClosed(byte[] payload)
    {
        Assert.False(SymmetricSeal.TryOpen(payload, _key, out var plain), Encoding.Latin1.GetString(payload));
        Assert.Null(plain);
    }

    private static SymmetricKey Key(string hex) =>
        SymmetricKey.TryParse(hex, out var key, out var problem) ? key : throw new ArgumentException(problem);
}
