using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OrleansHybrid.Silo.Security;

/// <summary>Access tokens: 256 random bits as text, of which only the hash is stored.</summary>
internal static class TokenHasher
{
    /// <summary>A new secret, good in headers and query strings as it is.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The hash that is stored, and looked up, instead of the text.</summary>
    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
