using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Contracts.Sealing;

namespace OrleansHybrid.Client.Tests.Sealing;

/// <summary>V1: keys that several tasks, and several callers of a client, use at the same time.</summary>
public sealed class DecryptionKeysTests
{
    [Fact(Timeout = 120_000)]
    public async Task V1_Keys_of_both_kinds_seal_and_open_on_many_threads_at_once()
    {
        using var pair = RSA.Create(2048);
        var hex = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
        Assert.True(DecryptionKeys.TryParse($"{hex}\n{pair.ExportPkcs8PrivateKeyPem()}", out var keys, out var problem), problem);
        Assert.True(EncryptionKey.TryParse(hex, out var secret, out _));
        Assert.True(EncryptionKey.TryParse(pair.ExportSubjectPublicKeyInfoPem(), out var anybodys, out _));
        using var all = keys;

        var opened = await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() => Enumerable.Range(0, 60).All(i =>
        {
            var text = $"{thread}/{i}";
            var payload = (i % 2 == 0 ? secret : anybodys).SealIronCompatible(Encoding.UTF8.GetBytes(text));
            return keys.Open(Encoding.ASCII.GetBytes(payload), SealFormats.All).Plaintext is { } plain
                && Encoding.UTF8.GetString(plain) == text;
        }))));

        Assert.DoesNotContain(false, opened);
        Assert.Contains(secret.Id, keys.Ids);
        Assert.Contains(anybodys.Id, keys.Ids);
    }

    [Fact(Timeout = 30_000)]
    public async Task V1_A_wiped_key_opens_nothing_any_more()
    {
        using var pair = RSA.Create(2048);
        Assert.True(DecryptionKeys.TryParse(pair.ExportPkcs8PrivateKeyPem(), out var keys, out _));
        Assert.True(EncryptionKey.TryParse(pair.ExportSubjectPublicKeyInfoPem(), out var key, out _));
        var payload = Encoding.ASCII.GetBytes(key.SealIronCompatible("x"u8));

        keys.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => Task.Run(() => keys.Open(payload, SealFormats.All)));
    }
}
