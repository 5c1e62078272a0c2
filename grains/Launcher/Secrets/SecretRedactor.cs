using System.Buffers;
using System.Text;

namespace OrleansHybrid.Launcher.Secrets;

/// <summary>
/// Replaces registered secrets in UTF-8 text, in every form that <see cref="SecretEncodings"/> knows: the last thing that happens to what
/// leaves this process. Of forms that overlap the first one counts, of those that begin together the longest.
/// </summary>
internal sealed class SecretRedactor
{
    /// <summary>The shortest secret: shorter ones would hide half of what is said.</summary>
    public const int MinLength = 8;

    private readonly Lock _turn = new();
    private readonly List<SecretBytes> _forms = [];

    private static ReadOnlySpan<byte> Mask => "***"u8;

    /// <summary>Replaces this secret from now on, until what comes back is disposed of.</summary>
    public IDisposable Register(ReadOnlySpan<byte> secret)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(secret.Length, MinLength);
        var forms = SecretEncodings.Of(secret);
        lock (_turn)
        {
            _forms.AddRange(forms);
        }

        return new Registration(this, forms);
    }

    /// <summary>A text without secrets: itself, where it has none.</summary>
    public ReadOnlyMemory<byte> Redact(ReadOnlyMemory<byte> text)
    {
        lock (_turn)
        {
            var bytes = text.Span;
            var (next, from) = (new int[_forms.Count], 0);
            Array.Fill(next, -1);
            ArrayBufferWriter<byte>? shown = null;
            while (FirstIn(bytes, from, next) is var (match, length) && match < bytes.Length)
            {
                // No mask is longer than what it hides.
                shown ??= new ArrayBufferWriter<byte>(bytes.Length);
                shown.Write(bytes[from..match]);
                shown.Write(Mask);
                from = match + length;
            }

            shown?.Write(bytes[from..]);
            return shown?.WrittenMemory ?? text;
        }
    }

    /// <summary>A text without secrets.</summary>
    public string Redact(string text) => Encoding.UTF8.GetString(Redact(Encoding.UTF8.GetBytes(text)).Span);

    // Position and length of the first complete encoding of a secret; a position past the text where there is none.
    private (int Match, int Length) FirstIn(ReadOnlySpan<byte> text, int from, int[] next)
    {
        var (match, length) = (int.MaxValue, 0);
        for (var i = 0; i < next.Length; i++)
        {
            var form = _forms[i].Span;
            if (next[i] < from)
            {
                next[i] = text[from..].IndexOf(form) is >= 0 and var at ? from + at : int.MaxValue;
            }

            if (next[i] < match || (next[i] == match && form.Length > length))
            {
                (match, length) = (next[i], form.Length);
            }
        }

        return (match, length);
    }

    private sealed class Registration(SecretRedactor redactor, IReadOnlyList<SecretBytes> forms) : IDisposable
    {
        public void Dispose()
        {
            lock (redactor._turn)
            {
                foreach (var form in forms)
                {
                    redactor._forms.Remove(form);
                    form.Dispose();
                }
            }
        }
    }
}
