using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>The instructions for a runner, as far as the uploader can sign them.</summary>
/// <param name="CodeName">Name of the code package.</param>
/// <param name="Image">The image, by digest: <c>name@sha256:…</c>.</param>
/// <param name="Command">The command as uploaded, empty for the image's own.</param>
/// <param name="Config">The config; null without one.</param>
/// <param name="EnvVars">The environment variables.</param>
/// <param name="ZipSha256">SHA-256 of the zip in lower-case hex; empty without one.</param>
/// <param name="FileName">The file in the zip that is started when there is no command, or empty.</param>
/// <param name="Runtime">The language that starts it, or empty.</param>
/// <param name="NoInit">Whether the program is to be the first process of its container.</param>
public sealed record Instructions(
    string CodeName,
    string Image,
    string Command,
    byte[]? Config,
    IReadOnlyDictionary<string, string> EnvVars,
    string ZipSha256 = "",
    string FileName = "",
    string Runtime = "",
    bool NoInit = false);

/// <summary>
/// Signs instructions with the key of a cluster, so that a control plane can't make its runners start anything else:
/// <c>ohs1.KEYID.MAC</c>, with HMAC-SHA256 over all parts, each behind its length.
/// </summary>
public static class InstructionSignature
{
    /// <summary>The longest signature, in characters.</summary>
    public const int MaxLength = 128;

    private const string Version = "ohs1";
    private const string Purpose = "orleans-hybrid/instructions-1";
    private const int MacBytes = 32;

    /// <summary>Signs.</summary>
    public static string Sign(Instructions instructions, SymmetricKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return $"{Version}.{key.Id}.{Base64Url.EncodeToString(ComputeMac(instructions, key))}";
    }

    /// <summary>True when one of the keys signed exactly this.</summary>
    public static bool Verify(string signature, Instructions instructions, DecryptionKeys keys)
    {
        ArgumentNullException.ThrowIfNull(signature);
        ArgumentNullException.ThrowIfNull(keys);
        return signature.Split('.') is [Version, var id, var text]
            && keys.Symmetric.FirstOrDefault(key => key.Id == id) is { } key
            && CanonicalBase64.DecodeUrl(text) is { Length: MacBytes } mac
            && CryptographicOperations.FixedTimeEquals(mac, ComputeMac(instructions, key));
    }

    private static byte[] ComputeMac(Instructions instructions, SymmetricKey key)
    {
        ArgumentNullException.ThrowIfNull(instructions);
        using var signed = new MemoryStream();
        Add(signed, instructions.CodeName);
        Add(signed, instructions.Image);
        Add(signed, instructions.Command);
        Add(signed, instructions.ZipSha256);
        Add(signed, instructions.FileName);
        Add(signed, instructions.Runtime);
        Add(signed, instructions.Config is null ? "" : "config");
        Add(signed, instructions.Config ?? []);
        foreach (var (name, value) in instructions.EnvVars.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Add(signed, name);
            Add(signed, value);
        }

        // Behind pairs a part alone can be nothing else; without it, what was signed before there was this stays good.
        if (instructions.NoInit)
        {
            Add(signed, "no init");
        }

        var subkey = key.DeriveKey(Purpose, [], MacBytes);
        try
        {
            return HMACSHA256.HashData(subkey, signed.ToArray());
        }
        finally
        {
            CryptographicOperations.ZeroMemory(subkey);
        }
    }

    private static void Add(MemoryStream signed, string text) => Add(signed, Encoding.UTF8.GetBytes(text));

    private static void Add(MemoryStream signed, byte[] bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        signed.Write(length);
        signed.Write(bytes);
    }
}
