using System.Security.Cryptography;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Launcher.Secrets;

/// <summary>One key from its first use to its last: overwritten when it has been replaced and the last call with it has ended.</summary>
internal sealed class ApiKeyVersion : IDisposable
{
    /// <summary>How long texts are searched for a key that was replaced.</summary>
    public static readonly TimeSpan RedactionPeriod = TimeSpan.FromHours(1);

    private readonly SecretBytes _key;
    private readonly SecretRegistration _redaction;
    private int _holders = 1;
    private TimeProvider? _retired;

    public ApiKeyVersion(string username, SecretBytes key, SecretRedactor scrubber)
    {
        _key = key;
        _redaction = new SecretRegistration(scrubber, key.Span);
        Credentials = new ApiCredentials(username, key);
        Fingerprint = FingerprintOf(key);
    }

    /// <summary>The API key that calls sign in with.</summary>
    public ApiCredentials Credentials { get; }

    /// <summary>Sixteen hex digits that are the same on every silo with this key, and that can't be turned back into it.</summary>
    public string Fingerprint { get; }

    /// <summary>True once the key has been overwritten.</summary>
    public bool IsDisposed => _key.IsDisposed;

    /// <summary>The fingerprint of a key: the key signs a fixed text, and the beginning of the signature is shown.</summary>
    public static string FingerprintOf(SecretBytes key)
    {
        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key.Span, "orleans-hybrid launcher key generation"u8, signature);
        return Convert.ToHexStringLower(signature[..8]);
    }

    /// <summary>One more call with this key; false when it is too late for that.</summary>
    public bool TryAcquire()
    {
        var holders = Volatile.Read(ref _holders);
        while (holders > 0)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
            {
                return true;
            }

            holders = seen;
        }

        return false;
    }

    /// <summary>Another key has replaced it. The output of jobs that were started with it is searched for it for a while.</summary>
    public void Retire(TimeProvider time)
    {
        _retired = time;
        Dispose();
    }

    /// <summary>One call fewer, or none to come: the last one overwrites the key.</summary>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
        {
            _key.Dispose();
            _ = StopRedactingAsync();
        }
    }

    private async Task StopRedactingAsync()
    {
        if (_retired is { } time)
        {
            await Task.Delay(RedactionPeriod, time);
        }

        _redaction.Dispose();
    }
}
