using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace Orleans.Hybrid.Silo.Security;

/// <summary>
/// Seals what a browser keeps for us, under a key of its own that follows from the server key: every silo opens what
/// another sealed, a restart ends nothing, and neither a key ring nor a table is needed.
/// </summary>
internal sealed class PageSeals(ServerKey key, TimeProvider time) : IDisposable
{
    private readonly ServerKey _key = key.Subkey("Orleans.Hybrid web pages");

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

    /// <summary>Proof that this was given out for one place, now.</summary>
    public string Stamp(string place) =>
        Seal(time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), place);

    /// <summary>True for a stamp of this place that is not older than this.</summary>
    public bool IsStamp(string? stamp, string place, TimeSpan age) =>
        Open(stamp, place) is { } at
        && time.GetUtcNow().ToUnixTimeSeconds() - long.Parse(at, CultureInfo.InvariantCulture) <= age.TotalSeconds;

    public void Dispose() => _key.Dispose();
}
