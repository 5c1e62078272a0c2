using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Client.Tests.Sealing;

/// <summary>K1: what a runner's key can look like; form R; and several keys side by side.</summary>
public sealed class DecryptionKeyFormatsTests : IDisposable
{
    private const string Hex = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";

    private readonly RSA _pair = RSA.Create(2048);

    public void Dispose() => _pair.Dispose();

    [Fact]
    public void A_key_that_does_not_open_what_is_sealed_for_it_is_found_by_trying()
    {
        using var publicHalf = RsaKey.FromPublicKey(_pair);
        using var keys = Keys($"{_pair.ExportPkcs8PrivateKeyPem()}\n{Hex}");

        Assert.Empty(keys.FindUnusable());
        Assert.False(KeySelfTest.Passes(publicHalf));
    }

    [Fact(Timeout = 30_000)]
    public async Task K1_a_private_key_in_PEM_is_read_in_both_forms_and_whatever_became_of_its_lines()
    {
        await Task.Yield();
        var payload = Encoding.ASCII.GetBytes(ByHand("the secret"u8));
        string[] forms = [_pair.ExportPkcs8PrivateKeyPem(), _pair.ExportRSAPrivateKeyPem()];
        foreach (var pem in forms.SelectMany(Spoilt))
        {
            using var keys = Keys(pem);
            Assert.Equal("the secret", Encoding.UTF8.GetString(keys.Open(payload, SealFormats.All).Plaintext!));
        }
    }

    [Theory(Timeout = 10_000)]
    [InlineData("")]
    [InlineData("a payload")]
    public async Task Form_R_has_the_published_layout(string text)
    {
        await Task.Yield();
        using var key = Public(_pair.ExportSubjectPublicKeyInfoPem());
        using var keys = Keys(_pair.ExportPkcs8PrivateKeyPem());
        var plain = Encoding.UTF8.GetBytes(text);

        var payload = key.SealIronCompatible(plain);

        Assert.Equal(256 + 28 + plain.Length, Convert.FromBase64String(payload).Length);
        Assert.Equal(plain, keys.Open(Encoding.ASCII.GetBytes(payload), SealFormats.Rsa).Plaintext);
        Assert.False(key.IsSymmetric);
        Assert.Equal([key.Id], keys.Ids);
    }

    [Fact(Timeout = 60_000)]
    public async Task S36_no_changed_byte_of_form_R_opens()
    {
        await Task.Yield();
        var bytes = Convert.FromBase64String(ByHand("the secret"u8));
        using var keys = Keys(_pair.ExportPkcs8PrivateKeyPem());
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            AssertClosed(keys, Convert.ToBase64String(bytes));
            bytes[i] ^= 1;
        }

        AssertClosed(keys, Convert.ToBase64String(bytes[..^1]));
        AssertClosed(keys, Convert.ToBase64String([.. bytes, 0]));
        AssertClosed(keys, Convert.ToBase64String(bytes[..256]));
    }

    [Fact(Timeout = 30_000)]
    public async Task S39_several_keys_open_what_was_sealed_with_any_of_them_and_a_removed_one_is_named()
    {
        await Task.Yield();
        using SymmetricKey old = ClientFixture.Key(), fresh = ClientFixture.Key("d3a90b64e17f528c0f9be6247c351100");
        using var both = Keys($"{Hex}, D3A90B64E17F528C0F9BE6247C351100\n{_pair.ExportPkcs8PrivateKeyPem()}");
        using var without = Keys("d3a90b64e17f528c0f9be6247c351100");
        var header = new EnvelopeHeader { Project = "p", Cluster = "c", Code = "n" };
        string[] payloads = [Envelope.Seal("x"u8, old, header), Envelope.Seal("x"u8, fresh, header), SymmetricSeal.Seal("x"u8, old), ByHand("x"u8)];

        Assert.All(payloads, payload => Assert.Equal("x"u8, both.Open(Encoding.ASCII.GetBytes(payload), SealFormats.All).Plaintext!));
        Assert.Equal(3, both.Ids.Count);
        var refused = without.Open(Encoding.ASCII.GetBytes(payloads[0]), SealFormats.All);
        Assert.Null(refused.Plaintext);
        Assert.Equal($"payload not authentic: it is sealed with key {old.Id}, which this runner does not have", refused.Error);
    }

    [Fact(Timeout = 30_000)]
    public async Task S38_a_form_that_is_not_accepted_does_not_open()
    {
        await Task.Yield();
        using var key = ClientFixture.Key();
        using var keys = Keys($"{Hex} {_pair.ExportPkcs8PrivateKeyPem()}");
        (SealFormats Form, string Payload)[] sealed_ =
        [
            (SealFormats.Envelope, Envelope.Seal("x"u8, key, new EnvelopeHeader { Project = "p", Cluster = "c", Code = "n" })),
            (SealFormats.Symmetric, SymmetricSeal.Seal("x"u8, key)),
            (SealFormats.Rsa, ByHand("x"u8)),
        ];
        foreach (var (form, payload) in sealed_)
        {
            var text = Encoding.ASCII.GetBytes(payload);
            Assert.NotNull(keys.Open(text, form).Plaintext);
            Assert.Null(keys.Open(text, SealFormats.All & ~form).Plaintext);
        }

        Assert.All(["", "plain", "{}", "oh2.x.y.z.w"], text => AssertClosed(keys, text));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("", "no key")]
    [InlineData(",;\n", "no key")]
    [InlineData("password", "32, 48 or 64 hex digits")]
    [InlineData("5c1f0e3b9a7748d2b6e4037fa1c8eef", "32, 48 or 64 hex digits")]
    [InlineData("5c1f0e3b9a7748d2b6e4037fa1c8eeff 5C1F0E3B9A7748D2B6E4037FA1C8EEFF", "twice")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "no whole RSA key")]
    [InlineData("-----BEGIN PRIVATE KEY-----\n????\n-----END PRIVATE KEY-----", "no base64")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n", "not whole")]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----", "without a passphrase")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "needs the private one")]
    public async Task S40_what_is_no_good_key_is_rejected_with_the_reason_and_without_its_text(string text, string reason)
    {
        await Task.Yield();
        Assert.False(DecryptionKeys.TryParse(text, out _, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("0011", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("AAAA", problem, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task S40_short_RSA_keys_and_the_wrong_half_are_rejected()
    {
        await Task.Yield();
        using var weak = RSA.Create(1024);
        Assert.False(DecryptionKeys.TryParse(weak.ExportPkcs8PrivateKeyPem(), out _, out var tooShort));
        Assert.Contains("1024 bits", tooShort, StringComparison.Ordinal);
        Assert.False(EncryptionKey.TryParse(_pair.ExportPkcs8PrivateKeyPem(), out _, out var wrongHalf));
        Assert.Contains("sealed with the public one", wrongHalf, StringComparison.Ordinal);
    }

    /// <summary>Form R as the contract writes it down, made without our own code.</summary>
    private string ByHand(ReadOnlySpan<byte> plain)
    {
        var (key, nonce) = (RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(12));
        var (text, tag) = (new byte[plain.Length], new byte[16]);
        using var cipher = new AesGcm(key, 16);
        cipher.Encrypt(nonce, plain, text, tag);
        return Convert.ToBase64String([.. _pair.Encrypt(key, RSAEncryptionPadding.OaepSHA1), .. text, .. tag, .. nonce]);
    }

    private static IEnumerable<string> Spoilt(string pem) =>
    [
        pem,
        pem.Replace("\n", "\r\n", StringComparison.Ordinal),
        pem.Replace('\n', ' '),
        pem.Replace("\n", @"\n", StringComparison.Ordinal),
        pem.Replace("\n", @"\r\n", StringComparison.Ordinal),
        $"  {pem}  ",
    ];

    private static void AssertClosed(DecryptionKeys keys, string payload) =>
        Assert.Equal("payload not authentic", keys.Open(Encoding.UTF8.GetBytes(payload), SealFormats.All).Error);

    private static DecryptionKeys Keys(string text) =>
        DecryptionKeys.TryParse(text, out var keys, out var problem) ? keys : throw new ArgumentException(problem);

    private static EncryptionKey Public(string text) =>
        EncryptionKey.TryParse(text, out var key, out var problem) ? key : throw new ArgumentException(problem);
}
