using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orleans.Hybrid.Silo.Security;

/// <summary>
/// Seals what a browser keeps for us, under a key of its own that follows from the server key: every silo opens what
/// another sealed, a restart ends nothing, and neither a key ring nor a table is needed.
/// </summary>
internal sealed class PageSeals(ServerKey key, TimeProvider time) : IDisposable
{
    private readonly ServerKey _key = key.Subkey("Orleans.Hybrid web pages");
    private readonly ServerKey _stamps = key.Subkey("Orleans.Hybrid web page stamps");

    /// <summary>Seals text for one place.</summary>
    public string Seal(string text, string place) => Base64Url.EncodeToString(_key.Seal(text, place));

    /// <summary>What was sealed for this place; null for anything else.</summary>
    public string? Open(string? sealedText, string place)
    {
        try
        {
            return sealedText is null ? null : _key.Open(Base64Url.DecodeFromChars(sealedText), place);
        }
        catch (Exception wrong) when (wrong is FormatException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Proof that this was given out for one place, now; one is made for each page, so it is a MAC and no box.</summary>
    public string Stamp(string place) =>
        StampOf(time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), place);

    /// <summary>True for a stamp of this place that is not older than this.</summary>
    public bool IsStamp(string? stamp, string place, TimeSpan age) =>
        stamp?.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
        && long.TryParse(stamp.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(StampOf(stamp[..dot], place)), Encoding.UTF8.GetBytes(stamp))
        && time.GetUtcNow().ToUnixTimeSeconds() - at <= age.TotalSeconds;

    public void Dispose()
    {
        _key.Dispose();
        _stamps.Dispose();
    }

    private string StampOf(string at, string place) => $"{at}.{Base64Url.EncodeToString(_stamps.Mac(at, $"stamp/{place}"))}";
}
