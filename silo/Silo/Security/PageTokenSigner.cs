using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Stamps what a browser keeps for us, under a key of its own that follows from the server key: every silo knows what another
/// stamped, a restart ends nothing, and neither a key ring nor a table is needed.
/// </summary>
internal sealed class PageTokenSigner(ServerKey key, TimeProvider time) : IDisposable
{
    private readonly ServerKey _key = key.Subkey("Orleans.Hybrid web page stamps");

    /// <summary>A stamp for one purpose, valid from now; one is made for each page, so it is a MAC and not encrypted.</summary>
    public string Sign(string purpose) =>
        CreateToken(time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), purpose);

    /// <summary>True for a stamp of this purpose that is not older than <paramref name="maxAge"/>.</summary>
    public bool IsValid(string? token, string purpose, TimeSpan maxAge) =>
        token?.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
        && long.TryParse(token.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        && CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(CreateToken(token[..dot], purpose)), Encoding.UTF8.GetBytes(token))
        && time.GetUtcNow().ToUnixTimeSeconds() - at <= maxAge.TotalSeconds;

    public void Dispose() => _key.Dispose();

    private string CreateToken(string at, string purpose) => $"{at}.{Base64Url.EncodeToString(_key.Mac(at, $"stamp/{purpose}"))}";
}
