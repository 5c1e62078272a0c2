using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Data protection on the server key, in place of the framework's key ring: every silo of an installation reads what another one protected,
/// over a restart, too, and no key is kept anywhere else. Each message has a key of its own, so that their number has no limit.
/// </summary>
internal sealed class ServerKeyDataProtectionProvider(ServerKey key) : IDataProtectionProvider
{
    private const int SaltLength = 32;

    // Rejects text that is not Unicode, which would otherwise be the same as other such text.
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public IDataProtector CreateProtector(string purpose) => new Protector(key, Append("Orleans.Hybrid data protection"u8, purpose));

    // With its length, so that no two chains of purposes are the same bytes.
    private static byte[] Append(ReadOnlySpan<byte> purposes, string purpose)
    {
        var (text, length) = (Strict.GetBytes(purpose), new byte[sizeof(int)]);
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
        return [.. purposes, .. length, .. text];
    }

    private sealed class Protector(ServerKey key, byte[] purposes) : IDataProtector
    {
        public IDataProtector CreateProtector(string purpose) => new Protector(key, Append(purposes, purpose));

        public byte[] Protect(byte[] plaintext)
        {
            var salt = RandomNumberGenerator.GetBytes(SaltLength);
            using var own = key.Subkey(purposes, salt);
            return [.. salt, .. own.Seal(plaintext, "")];
        }

        public byte[] Unprotect(byte[] protectedData)
        {
            if (protectedData.Length < SaltLength)
            {
                throw new CryptographicException("This was not protected by a server key.");
            }

            using var own = key.Subkey(purposes, protectedData[..SaltLength]);
            return own.OpenBytes(protectedData.AsSpan(SaltLength), "");
        }
    }
}
