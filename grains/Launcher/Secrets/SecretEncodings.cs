using System.Buffers;
using System.Buffers.Text;
using System.Text.Encodings.Web;

namespace OrleansHybrid.Launcher.Secrets;

/// <summary>How a secret looks wherever text is made of it: as it is, in URLs and forms, in JSON, and in base64.</summary>
internal static class SecretEncodings
{
    /// <summary>All forms of it, each once.</summary>
    public static IReadOnlyList<SecretBytes> Of(ReadOnlySpan<byte> secret)
    {
        var forms = new List<SecretBytes>();
        Add(forms, secret);
        AddInUrls(forms, secret);
        AddInJson(forms, secret, JavaScriptEncoder.Default);
        AddInJson(forms, secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        AddInBase64(forms, secret);
        return forms;
    }

    private static void AddInUrls(List<SecretBytes> forms, ReadOnlySpan<byte> secret)
    {
        foreach (var space in (ReadOnlySpan<byte>)[(byte)'%', (byte)'+'])
        {
            using var writer = new SecretWriter(3 * secret.Length);
            FormValue.Write(writer, secret, space);
            Add(forms, writer.Written);
            AddLower(forms, writer.Written, '%', 2);
        }
    }

    private static void AddInJson(List<SecretBytes> forms, ReadOnlySpan<byte> secret, JavaScriptEncoder encoder)
    {
        using var escaped = new SecretWriter(6 * secret.Length);
        if (encoder.EncodeUtf8(secret, escaped.GetSpan(6 * secret.Length), out _, out var written) is not OperationStatus.Done)
        {
            return;
        }

        escaped.Advance(written);
        Add(forms, escaped.Written);
        AddLower(forms, escaped.Written, 'u', 4);
        using var slashes = new SecretWriter(2 * written);
        foreach (var letter in escaped.Written)
        {
            slashes.Write(letter == '/' ? "\\/"u8 : [letter]);
        }

        Add(forms, slashes.Written);
    }

    // The characters that encode only the secret, at any offset in a longer text; in both alphabets.
    private static void AddInBase64(List<SecretBytes> forms, ReadOnlySpan<byte> secret)
    {
        for (var before = 0; before < 3; before++)
        {
            using var plain = new SecretWriter(before + secret.Length);
            plain.Write("\0\0"u8[..before]);
            plain.Write(secret);
            using var encoded = new SecretWriter(Base64.GetMaxEncodedToUtf8Length(plain.Length));
            Base64.EncodeToUtf8(plain.Written, encoded.GetSpan(), out _, out var written);
            encoded.Advance(written);
            var alone = encoded.Written[(((8 * before) + 5) / 6)..(8 * plain.Length / 6)];
            Add(forms, alone);
            using var forUrls = new SecretWriter(alone.Length);
            foreach (var letter in alone)
            {
                forUrls.Write([letter switch { (byte)'+' => (byte)'-', (byte)'/' => (byte)'_', _ => letter }]);
            }

            Add(forms, forUrls.Written);
        }
    }

    // The same escapes with their hex digits in lower case.
    private static void AddLower(List<SecretBytes> forms, ReadOnlySpan<byte> form, char escape, int digits)
    {
        using var lower = new SecretWriter(form.Length);
        var left = 0;
        for (var i = 0; i < form.Length; i++)
        {
            lower.Write([left > 0 && form[i] is >= (byte)'A' and <= (byte)'F' ? (byte)(form[i] | 0x20) : form[i]]);
            var isEscape = form[i] == escape && (escape == '%' || (i > 0 && form[i - 1] == '\\'));
            left = isEscape ? digits : left - 1;
        }

        Add(forms, lower.Written);
    }

    private static void Add(List<SecretBytes> forms, ReadOnlySpan<byte> form)
    {
        foreach (var known in forms)
        {
            if (known.Span.SequenceEqual(form))
            {
                return;
            }
        }

        forms.Add(new SecretBytes(form));
    }
}
