using System.Diagnostics.CodeAnalysis;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>The forms of sealed payloads.</summary>
[Flags]
public enum SealFormats
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>Form S, of the original document: <see cref="SymmetricSeal"/>.</summary>
    Symmetric = 1,

    /// <summary>Form R, of the released clients: <see cref="RsaSeal"/>.</summary>
    Rsa = 2,

    /// <summary>Our own: <see cref="Envelope"/>.</summary>
    Envelope = 4,

    /// <summary>All of them.</summary>
    All = Symmetric | Rsa | Envelope,
}

/// <summary>The keys that a runner has: one, or several while they are changed, hex and PEM side by side.</summary>
public sealed class DecryptionKeys : IDisposable
{
    /// <summary>How many keys there can be.</summary>
    public const int MaxCount = 8;

    private const string NotAuthentic = "payload not authentic";

    private static readonly char[] Separators = [',', ';', ' ', '\t', '\r', '\n'];

    private readonly List<SymmetricKey> _symmetric = [];
    private readonly List<RsaKey> _rsa = [];

    private DecryptionKeys()
    {
    }

    /// <summary>The ids of all keys, sorted: the same for all that have the same keys, and no help in guessing them.</summary>
    public IReadOnlyList<string> Ids =>
        [.. _symmetric.Select(key => key.Id).Concat(_rsa.Select(key => key.Id)).Order(StringComparer.Ordinal)];

    /// <summary>The hex keys.</summary>
    internal IReadOnlyList<SymmetricKey> Symmetric => _symmetric;

    /// <summary>
    /// Reads keys, each of 32, 48 or 64 hex digits or a private RSA key in PEM, with white space, commas or semicolons between them.
    /// </summary>
    /// <param name="text">The key as configured.</param>
    /// <param name="keys">The keys; dispose them to wipe them from memory.</param>
    /// <param name="problem">Why the text is not usable, and the remedy; never holds any of the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out DecryptionKeys? keys, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text.AsSpan(), out keys, out problem);
    }

    /// <summary>As for a string, of a text that its owner can wipe: of hex keys no copy is made but the keys; PEM is read as a string.</summary>
    /// <param name="text">The key as configured.</param>
    /// <param name="keys">The keys; dispose them to wipe them from memory.</param>
    /// <param name="problem">Why the text is not usable, and the remedy; never holds any of the text.</param>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out DecryptionKeys? keys, out string problem)
    {
        var read = new DecryptionKeys();
        problem = read.Add(text);
        keys = problem.Length == 0 ? read : null;
        if (keys is null)
        {
            read.Dispose();
        }

        return keys is not null;
    }

    /// <summary>Opens a payload with whichever key fits; error messages never contain anything of the plain text.</summary>
    /// <param name="payload">The payload as queued: any bytes.</param>
    /// <param name="accepted">The forms that are accepted.</param>
    public DecryptedPayload Open(ReadOnlySpan<byte> payload, SealFormats accepted)
    {
        if (Envelope.IsEnvelope(payload))
        {
            return accepted.HasFlag(SealFormats.Envelope) ? OpenEnvelope(payload) : DecryptedPayload.Failed(NotAuthentic);
        }

        if (accepted.HasFlag(SealFormats.Symmetric))
        {
            foreach (var key in _symmetric)
            {
                if (SymmetricSeal.TryOpen(payload, key, out var plain))
                {
                    return new DecryptedPayload(plain, null, "");
                }
            }
        }

        if (accepted.HasFlag(SealFormats.Rsa))
        {
            foreach (var key in _rsa)
            {
                using var rsa = key.CreateRsa();
                if (RsaSeal.TryOpen(payload, rsa, out var plain))
                {
                    return new DecryptedPayload(plain, null, "");
                }
            }
        }

        return DecryptedPayload.Failed(NotAuthentic);
    }

    /// <summary>Ids of keys that do not open what was sealed for them just now, as where the machine lacks a cipher or forbids it.</summary>
    public IReadOnlyList<string> FindUnusable() =>
    [
        .. _symmetric.Where(key => !KeySelfTest.Passes(key)).Select(key => key.Id),
        .. _rsa.Where(key => !KeySelfTest.Passes(key)).Select(key => key.Id),
    ];

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        _symmetric.ForEach(key => key.Dispose());
        _rsa.ForEach(key => key.Dispose());
    }

    private DecryptedPayload OpenEnvelope(ReadOnlySpan<byte> payload) =>
        Envelope.TryOpen(payload, id => _symmetric.Find(key => key.Id == id), out var opened, out var keyId)
            ? new DecryptedPayload(opened.Plaintext, opened.Header, "")
            : DecryptedPayload.Failed(keyId is not null && _symmetric.TrueForAll(key => key.Id != keyId)
                ? $"{NotAuthentic}: it is sealed with key {keyId}, which this runner does not have"
                : NotAuthentic);

    private string Add(ReadOnlySpan<char> text)
    {
        var problem = text.Contains("-----BEGIN", StringComparison.Ordinal) ? AddPem(text.ToString()) : AddHex(text);
        return problem.Length > 0 ? problem : (_symmetric.Count + _rsa.Count) switch
        {
            0 => "it holds no key; `hybrid keygen` makes a good one",
            > MaxCount => $"it holds more than {MaxCount} keys",
            _ when Ids.Distinct().Count() < Ids.Count => "it holds the same key twice",
            _ => "",
        };
    }

    private string AddPem(string text)
    {
        while (PemReader.ReadNext(text) is var (label, bytes, rest))
        {
            if (!RsaKeyReader.TryReadPrivateKey(label, bytes, out var key, out var problem))
            {
                return problem;
            }

            _rsa.Add(key);
            text = rest;
        }

        return text.Contains("-----BEGIN", StringComparison.Ordinal)
            ? "a key in PEM is not whole: its END line is missing or another one's"
            : AddHex(text);
    }

    private string AddHex(ReadOnlySpan<char> text)
    {
        foreach (var range in text.SplitAny(Separators))
        {
            if (text[range].Trim() is { Length: > 0 } word)
            {
                if (!SymmetricKey.TryParse(word, out var key, out var problem))
                {
                    return problem;
                }

                _symmetric.Add(key);
            }
        }

        return "";
    }
}

/// <summary>The result of opening a payload.</summary>
/// <param name="Plaintext">The payload as the task is to see it; null when it was rejected.</param>
/// <param name="Header">The header that its envelope proves; null for the other forms, which prove nothing of the kind.</param>
/// <param name="Error">Why not; empty when it was opened.</param>
public sealed record DecryptedPayload(byte[]? Plaintext, EnvelopeHeader? Header, string Error)
{
    internal static DecryptedPayload Failed(string error) => new(null, null, error);
}
