using System.Security.Cryptography;
using System.Text;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>Seals something for a key and opens it again, in each form that the key is for.</summary>
internal static class KeySelfTest
{
    private static ReadOnlySpan<byte> SamplePayload => "a payload for nobody"u8;

    public static bool Passes(SymmetricKey key)
    {
        try
        {
            var header = new EnvelopeHeader { Project = new string('0', 24), Cluster = new string('0', 24), Code = "trial" };
            return SymmetricSeal.TryOpen(Encoding.ASCII.GetBytes(SymmetricSeal.Seal(SamplePayload, key)), key, out var plain)
                && SamplePayload.SequenceEqual(plain)
                && Envelope.TryOpen(Encoding.ASCII.GetBytes(Envelope.Seal(SamplePayload, key, header)), _ => key, out var opened, out _)
                && SamplePayload.SequenceEqual(opened.Plaintext);
        }
        catch (Exception ex) when (ex is CryptographicException or PlatformNotSupportedException)
        {
            return false;
        }
    }

    public static bool Passes(RsaKey key)
    {
        try
        {
            using var whole = key.CreateRsa();
            using var publicHalf = RSA.Create(whole.ExportParameters(includePrivateParameters: false));
            return RsaSeal.TryOpen(Encoding.ASCII.GetBytes(RsaSeal.Seal(SamplePayload, publicHalf)), whole, out var plain)
                && SamplePayload.SequenceEqual(plain);
        }
        catch (Exception ex) when (ex is CryptographicException or PlatformNotSupportedException)
        {
            return false;
        }
    }
}
