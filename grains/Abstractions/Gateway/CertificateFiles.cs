using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace OrleansHybrid.Abstractions.Gateway;

/// <summary>
/// A certificate with its key, and the authorities whose word counts, in PEM files that may be renewed at any time: each connection takes what
/// they hold when it begins.
/// </summary>
public sealed class CertificateFiles
{
    private readonly string _certificate;
    private readonly string _key;
    private readonly string _authorities;
    private readonly Lock _lock = new();
    private byte[] _digest = [];
    private CertificateSet? _last;

    /// <summary>Names the files; reads nothing yet.</summary>
    /// <param name="certificate">The file with the certificate.</param>
    /// <param name="key">The file with its private key, for its owner only.</param>
    /// <param name="authorities">The file with the authority of the installation; with the old and the new one while they change.</param>
    public CertificateFiles(string certificate, string key, string authorities) =>
        (_certificate, _key, _authorities) = (certificate, key, authorities);

    /// <summary>The current content of the files; the previous one while they are being renewed and don't fit each other.</summary>
    /// <exception cref="IOException">A file can't be read, and none of them ever was.</exception>
    /// <exception cref="CryptographicException">A file does not hold what it should, and never did.</exception>
    internal CertificateSet Current
    {
        get
        {
            lock (_lock)
            {
                try
                {
                    return Read();
                }
                catch (Exception ex) when (_last is not null && IsReadError(ex))
                {
                    return _last;
                }
            }
        }
    }

    /// <summary>The last moment at which the certificate is good.</summary>
    public DateTimeOffset ExpiresAt => Current.ExpiresAt;

    /// <summary>Reads the files and says what is wrong with them; null when nothing is.</summary>
    /// <param name="now">The time at which the certificate has to be good.</param>
    /// <returns>A sentence without an end, that begins with a file's name.</returns>
    public string? FindProblem(DateTimeOffset now)
    {
        try
        {
            lock (_lock)
            {
                return Read().ExpiresAt is var end && end < now
                    ? $"{_certificate} was good until {end:yyyy-MM-dd HH:mm}Z: have it renewed"
                    : null;
            }
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return $"{FindUnreadable()} can't be read: check its path and rights";
        }
        catch (Exception ex) when (IsReadError(ex))
        {
            return ex.Message.StartsWith(_authorities, StringComparison.Ordinal)
                ? ex.Message
                : $"{_certificate} and {_key} are no certificate and its key in PEM: both must come from the same call of silo admin";
        }
    }

    /// <inheritdoc />
    public override string ToString() => _certificate;

    private static bool IsReadError(Exception e) =>
        e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    private string FindUnreadable()
    {
        string[] files = [_certificate, _key, _authorities];
        return files.FirstOrDefault(file => !IsReadable(file)) ?? _certificate;
    }

    private static bool IsReadable(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return true;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Times of files say too little: a mounted secret is renewed by moving a link.
    private CertificateSet Read()
    {
        var (certificate, key, authorities) = (File.ReadAllText(_certificate), File.ReadAllText(_key), File.ReadAllText(_authorities));
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{certificate}\0{key}\0{authorities}"));
        if (_last is null || !digest.AsSpan().SequenceEqual(_digest))
        {
            var believed = new X509Certificate2Collection();
            believed.ImportFromPem(authorities);
            if (believed.Count == 0)
            {
                throw new CryptographicException($"{_authorities} holds no certificate in PEM: it has to be the installation's ca.crt");
            }

            (_last, _digest) = (new CertificateSet(WithKey(certificate, key), believed), digest);
        }

        return _last;
    }

    private static X509Certificate2 WithKey(string certificate, string key)
    {
        var pair = X509Certificate2.CreateFromPem(certificate, key);
        if (!OperatingSystem.IsWindows())
        {
            return pair;
        }

        // Windows can't use a key for TLS that was never stored.
        using (pair)
        {
            return X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null);
        }
    }
}

/// <summary>The content of a certificate's files at one moment.</summary>
internal sealed record CertificateSet(X509Certificate2 Certificate, X509Certificate2Collection Authorities)
{
    public DateTimeOffset ExpiresAt { get; } = new(Certificate.NotAfter.ToUniversalTime());
}
