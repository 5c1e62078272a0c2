using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Launcher.Secrets;

/// <summary>
/// A secret that a redactor replaces in every form that <see cref="SecretEncodings"/> knows, until this is disposed of: the last thing that
/// happens to what leaves this process.
/// </summary>
internal sealed class SecretRegistration : IDisposable
{
    /// <summary>The shortest secret: shorter ones would hide half of what is said.</summary>
    public const int MinLength = 8;

    private readonly SecretRedactor _redactor;
    private readonly IReadOnlyList<SecretBytes> _forms;
    private readonly ReadOnlyMemory<byte>[] _registered;

    public SecretRegistration(SecretRedactor redactor, ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(secret.Length, MinLength);
        (_redactor, _forms) = (redactor, SecretEncodings.Of(secret));
        _registered = [.. _forms.Select(form => form.Memory)];
        redactor.Add(_registered);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _redactor.Remove(_registered);
        foreach (var form in _forms)
        {
            form.Dispose();
        }
    }
}
