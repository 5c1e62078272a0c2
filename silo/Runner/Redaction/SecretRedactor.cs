using System.Runtime.InteropServices;

namespace OrleansHybrid.Runner.Redaction;

/// <summary>
/// Replaces secrets in one stream of output, wherever its pieces are cut: what could still become a secret waits until it is known. Of
/// secrets that overlap the first one counts, of those that begin together the longest.
/// </summary>
internal sealed class SecretRedactor(IReadOnlyList<byte[]> secrets)
{
    private static ReadOnlySpan<byte> Mask => "***"u8;

    private readonly List<byte> _held = [];

    /// <summary>Takes the next bytes; gives what of all so far can be shown.</summary>
    public byte[] Redact(ReadOnlySpan<byte> output)
    {
        _held.AddRange(output);
        return TakeRedacted(isEnd: false);
    }

    /// <summary>The stream is over: gives what was held back.</summary>
    public byte[] Flush() => TakeRedacted(isEnd: true);

    private byte[] TakeRedacted(bool isEnd)
    {
        var text = CollectionsMarshal.AsSpan(_held);
        var (shown, from, open) = (new List<byte>(text.Length), 0, isEnd ? text.Length : FindFirstPartial(text));
        var next = new int[secrets.Count];
        Array.Fill(next, -1);
        while (true)
        {
            open = open >= from ? open : from + FindFirstPartial(text[from..]);
            var (match, length) = FindFirst(text, from, next);
            if (open <= match)
            {
                shown.AddRange(text[from..open]);
                _held.RemoveRange(0, open);
                return [.. shown];
            }

            shown.AddRange(text[from..match]);
            shown.AddRange(Mask);
            from = match + length;
        }
    }

    /// <summary>Position and length of the first complete secret; position <see cref="int.MaxValue"/> where there is none.</summary>
    private (int Match, int Length) FindFirst(ReadOnlySpan<byte> text, int from, int[] next)
    {
        var (match, length) = (int.MaxValue, 0);
        for (var i = 0; i < next.Length; i++)
        {
            if (next[i] < from)
            {
                next[i] = text[from..].IndexOf(secrets[i]) is >= 0 and var at ? from + at : int.MaxValue;
            }

            if (next[i] < match || (next[i] == match && secrets[i].Length > length))
            {
                (match, length) = (next[i], secrets[i].Length);
            }
        }

        return (match, length);
    }

    /// <summary>Where the first secret may have begun whose end has not come; the text's end when there is none.</summary>
    private int FindFirstPartial(ReadOnlySpan<byte> text)
    {
        var open = text.Length;
        foreach (var secret in secrets)
        {
            for (var at = Math.Max(0, text.Length - secret.Length + 1); at < open; at++)
            {
                if (secret.AsSpan().StartsWith(text[at..]))
                {
                    open = at;
                }
            }
        }

        return open;
    }
}
