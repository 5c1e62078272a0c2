using System.Globalization;
using Microsoft.Extensions.Primitives;
using OrleansHybrid.Abstractions;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>
/// The headers of a signed call, and the text that is signed: the scheme, the method, the target as it was
/// sent, the time, the number, the key id and the SHA-256 of the body's bytes, one a line, and no end of line after the
/// last.
/// </summary>
internal sealed record RequestSignature(string KeyId, long Time, string Nonce, byte[] Signature)
{
    /// <summary>The id of the credential.</summary>
    public const string KeyHeader = "X-Hybrid-Key";

    /// <summary>Seconds since 1970.</summary>
    public const string TimeHeader = "X-Hybrid-Time";

    /// <summary>128 random bits as 32 small hex digits, never used before.</summary>
    public const string NonceHeader = "X-Hybrid-Nonce";

    /// <summary>HMAC-SHA-256 of the text under the secret, as 64 small hex digits.</summary>
    public const string SignatureHeader = "X-Hybrid-Signature";

    /// <summary>How far its clock may be from ours, in either direction.</summary>
    public static readonly TimeSpan Window = LauncherSignature.Window;

    /// <summary>True when a call has any of the headers: then it has to have all.</summary>
    public static bool IsPresent(IHeaderDictionary headers) =>
        headers.ContainsKey(KeyHeader)
        || headers.ContainsKey(TimeHeader)
        || headers.ContainsKey(NonceHeader)
        || headers.ContainsKey(SignatureHeader);

    /// <summary>The signature in the headers; null unless each is there once and well formed.</summary>
    public static RequestSignature? Parse(IHeaderDictionary headers) =>
        Single(headers[KeyHeader]) is { Length: > 0 and <= 32 } key
        && Single(headers[TimeHeader]) is { Length: > 0 and <= 12 } time && time.All(char.IsAsciiDigit) && time[0] != '0'
        && Single(headers[NonceHeader]) is { Length: 32 } nonce && nonce.All(char.IsAsciiHexDigitLower)
        && Single(headers[SignatureHeader]) is { Length: 64 } signature && signature.All(char.IsAsciiHexDigitLower)
            ? new RequestSignature(key, long.Parse(time, CultureInfo.InvariantCulture), nonce, Convert.FromHexString(signature))
            : null;

    /// <summary>True while the call is neither too old nor from too far ahead.</summary>
    public bool IsWithinWindow(DateTimeOffset now) => Math.Abs(now.ToUnixTimeSeconds() - Time) <= (long)Window.TotalSeconds;

    /// <summary>The text that the signature is of.</summary>
    public byte[] GetSignedText(string method, string target, byte[] body) => LauncherSignature.Text(method, target, Time, Nonce, KeyId, body);

    // Two headers of one name arrive as two values, or as one with a comma, which none of the forms has.
    private static string? Single(StringValues values) => values.Count == 1 ? values[0] : null;
}
