using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansHybrid.Abstractions;

/// <summary>The text that a launcher's caller signs: seven lines, with no end of line after the last.</summary>
public static class LauncherSignature
{
    /// <summary>The first line.</summary>
    public const string Scheme = "hybrid-launch-1";

    /// <summary>How far the caller's clock may be from the launcher's, in either direction.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(300);

    /// <summary>The key of an account's launcher, which also stands where a call over HTTP has its target.</summary>
    public static string KeyOf(string account) => $"launcher/{account}";

    /// <summary>The text: scheme, method, target, time in seconds since 1970, number, key id, and the SHA-256 of the body in hex.</summary>
    public static byte[] Text(string method, string target, long time, string nonce, string keyId, ReadOnlySpan<byte> body) =>
        Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{Scheme}\n{method}\n{target}\n{time}\n{nonce}\n{keyId}\n{Convert.ToHexStringLower(SHA256.HashData(body))}"));

    /// <summary>Parts as bytes from which each can be read back: its length in UTF-8, a colon, and itself.</summary>
    internal static byte[] Join(ReadOnlySpan<string> parts)
    {
        var joined = new StringBuilder();
        foreach (var part in parts)
        {
            joined.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(part)}:{part}");
        }

        return Encoding.UTF8.GetBytes(joined.ToString());
    }
}

/// <summary>The caller, and the proof of it.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.call-signature")]
public sealed record CallSignature
{
    /// <summary>The id of the credential.</summary>
    [Id(0)]
    public required string KeyId { get; init; }

    /// <summary>Seconds since 1970.</summary>
    [Id(1)]
    public required long Time { get; init; }

    /// <summary>128 random bits as 32 small hex digits, good once.</summary>
    [Id(2)]
    public required string Nonce { get; init; }

    /// <summary>HMAC-SHA-256 of the text under the secret, as 64 small hex digits.</summary>
    [Id(3)]
    public required string Value { get; init; }

    /// <summary>True when all of it is there and in its form.</summary>
    public bool IsWellFormed() =>
        KeyId is { Length: > 0 and <= 32 }
        && Time is > 0 and < 1_000_000_000_000
        && Nonce is { Length: 32 } && Nonce.All(char.IsAsciiHexDigitLower)
        && Value is { Length: 64 } && Value.All(char.IsAsciiHexDigitLower);

    internal static CallSignature Of(
        string method, string target, byte[] body, string keyId, ReadOnlySpan<byte> secret, DateTimeOffset now)
    {
        var (time, nonce) = (now.ToUnixTimeSeconds(), RandomNumberGenerator.GetHexString(32, lowercase: true));
        var text = LauncherSignature.Text(method, target, time, nonce, keyId, body);
        return new CallSignature { KeyId = keyId, Time = time, Nonce = nonce, Value = Convert.ToHexStringLower(HMACSHA256.HashData(secret, text)) };
    }
}
