using System.Buffers;
using System.Text;

namespace OrleansHybrid.Primitives.Text;

/// <summary>
/// Replaces secrets in UTF-8 text. Of secrets that overlap the first one counts, of those that begin together the longest. Thread-safe.
/// </summary>
/// <param name="secrets">As the bytes that they are written as.</param>
public sealed class SecretRedactor(params IEnumerable<ReadOnlyMemory<byte>> secrets)
{
    private readonly Lock _lock = new();
    private readonly List<ReadOnlyMemory<byte>> _secrets = [.. secrets];

    private static ReadOnlySpan<byte> Mask => "***"u8;

    /// <summary>Replaces these, too, from now on.</summary>
    /// <param name="added">As the bytes that they are written as.</param>
    public void Add(IEnumerable<ReadOnlyMemory<byte>> added)
    {
        lock (_lock)
        {
            _secrets.AddRange(added);
        }
    }

    /// <summary>Replaces these no longer.</summary>
    /// <param name="removed">The same memory that was added.</param>
    public void Remove(IEnumerable<ReadOnlyMemory<byte>> removed)
    {
        ArgumentNullException.ThrowIfNull(removed);
        lock (_lock)
        {
            foreach (var secret in removed)
            {
                _secrets.Remove(secret);
            }
        }
    }

    /// <summary>A text without secrets: itself, where it has none.</summary>
    /// <param name="text">All of it.</param>
    public ReadOnlyMemory<byte> Redact(ReadOnlyMemory<byte> text)
    {
        ArrayBufferWriter<byte>? shown = null;
        Redact(text.Span, isEnd: true, ref shown);
        return shown?.WrittenMemory ?? text;
    }

    /// <summary>A text without secrets.</summary>
    /// <param name="text">All of it.</param>
    public string Redact(string text) => Encoding.UTF8.GetString(Redact(Encoding.UTF8.GetBytes(text)).Span);

    /// <summary>
    /// Writes the text without secrets, up to where one may have begun whose end has not come, and gives how many bytes that were.
    /// Without a writer, one is made where there is something to hide.
    /// </summary>
    internal int Redact(ReadOnlySpan<byte> text, bool isEnd, ref ArrayBufferWriter<byte>? shown)
    {
        lock (_lock)
        {
            var (from, open, next) = (0, isEnd ? text.Length : FindFirstPartial(text), new int[_secrets.Count]);
            Array.Fill(next, -1);
            while (true)
            {
                open = open >= from ? open : from + FindFirstPartial(text[from..]);
                var (match, length) = FindFirst(text, from, next);
                if (open <= match)
                {
                    shown?.Write(text[from..open]);
                    return open;
                }

                shown ??= new ArrayBufferWriter<byte>(text.Length);
                shown.Write(text[from..match]);
                shown.Write(Mask);
                from = match + length;
            }
        }
    }

    /// <summary>Position and length of the first complete secret; position <see cref="int.MaxValue"/> where there is none.</summary>
    private (int Match, int Length) FindFirst(ReadOnlySpan<byte> text, int from, int[] next)
    {
        var (match, length) = (int.MaxValue, 0);
        for (var i = 0; i < next.Length; i++)
        {
            var secret = _secrets[i].Span;
            if (next[i] < from)
            {
                next[i] = text[from..].IndexOf(secret) is >= 0 and var at ? from + at : int.MaxValue;
            }

            if (next[i] < match || (next[i] == match && secret.Length > length))
            {
                (match, length) = (next[i], secret.Length);
            }
        }

        return (match, length);
    }

    /// <summary>Where the first secret may have begun whose end has not come; the text's end when there is none.</summary>
    private int FindFirstPartial(ReadOnlySpan<byte> text)
    {
        var open = text.Length;
        foreach (var secret in _secrets)
        {
            for (var at = Math.Max(0, text.Length - secret.Length + 1); at < open; at++)
            {
                if (secret.Span.StartsWith(text[at..]))
                {
                    open = at;
                }
            }
        }

        return open;
    }
}
