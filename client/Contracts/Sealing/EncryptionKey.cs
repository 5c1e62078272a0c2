using System.Diagnostics.CodeAnalysis;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>The key with which payloads are sealed: a hex key, which proves who sealed them, or a public RSA key, which does not.</summary>
/// <example><code>
/// using var key = EncryptionKey.TryParse(text, out var parsed, out var problem) ? parsed : throw new ArgumentException(problem);
/// var payload = key.SealIronCompatible("hello"u8);
/// </code></example>
public sealed class EncryptionKey : IDisposable
{
    private readonly SymmetricKey? _symmetric;
    private readonly RsaKey? _rsa;

    private EncryptionKey(SymmetricKey? symmetric, RsaKey? rsa) => (_symmetric, _rsa) = (symmetric, rsa);

    /// <summary>True for a hex key: payloads go into an <see cref="Envelope"/>. False for RSA: they are sealed by <see cref="RsaSeal"/>.</summary>
    public bool IsSymmetric => _symmetric is not null;

    /// <summary>The key's id: 16 hex digits. A runner with the same key shows the same.</summary>
    public string Id => _symmetric?.Id ?? _rsa!.Id;

    /// <summary>Reads a key of 32, 48 or 64 hex digits, or a public RSA key in PEM.</summary>
    /// <param name="text">The key as configured.</param>
    /// <param name="key">The key; dispose it to wipe it from memory.</param>
    /// <param name="problem">Why the text is no usable key, and the remedy; never holds any of the text.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out EncryptionKey? key, out string problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        key = null;
        if (PemReader.ReadNext(text) is var (label, bytes, rest))
        {
            if (!string.IsNullOrWhiteSpace(rest))
            {
                problem = "a public key in PEM stands alone; something else is there, too";
                return false;
            }

            if (RsaKeyReader.TryReadPublicKey(label, bytes, out var rsa, out problem))
            {
                key = new EncryptionKey(null, rsa);
            }

            return key is not null;
        }

        if (SymmetricKey.TryParse(text, out var symmetric, out problem))
        {
            key = new EncryptionKey(symmetric, null);
        }

        return key is not null;
    }

    /// <summary>Seals a payload: in an envelope with a hex key, which then holds where and how often; else in form R, which can't.</summary>
    /// <param name="plaintext">The payload as the task is to see it.</param>
    /// <param name="header">Where it may run and how often.</param>
    public string Seal(ReadOnlySpan<byte> plaintext, EnvelopeHeader header) =>
        _symmetric is not null ? Envelope.Seal(plaintext, _symmetric, header) : SealIronCompatible(plaintext);

    /// <summary>Seals a payload in the form that runners of any age open: S with a hex key, R with an RSA key.</summary>
    /// <param name="plaintext">The payload as the task is to see it.</param>
    public string SealIronCompatible(ReadOnlySpan<byte> plaintext)
    {
        if (_symmetric is not null)
        {
            return SymmetricSeal.Seal(plaintext, _symmetric);
        }

        using var rsa = _rsa!.CreateRsa();
        return RsaSeal.Seal(plaintext, rsa);
    }

    /// <summary>Signs instructions for runners that start nothing unsigned; only a hex key can.</summary>
    /// <exception cref="InvalidOperationException">It is a public key, which can't sign.</exception>
    public string Sign(Instructions instructions) => _symmetric is not null
        ? InstructionSignature.Sign(instructions, _symmetric)
        : throw new InvalidOperationException("a public key signs nothing: a hex key does");

    /// <summary>Wipes the key.</summary>
    public void Dispose()
    {
        _symmetric?.Dispose();
        _rsa?.Dispose();
    }
}
