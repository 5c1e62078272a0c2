using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>
/// Detects keys that are not random, by the rules of docs/reference/sealed-payloads.md. Each rule hits a random key with less than 2^-42; all together,
/// of a million random keys, one with less than 2^-20.
/// </summary>
public static class WeakKeys
{
    private const int RepeatedDigits = 16;
    private const int SteppingBytes = 8;
    private const int SteppingDigits = 16;

    // Published samples of specifications and documents.
    private static readonly HashSet<string> Samples =
    [
        "E93F1EAA90A651D46A23D543583CA319", // the original document
        "2B7E151628AED2A6ABF7158809CF4F3C", // FIPS 197, and the tests of many modes
        "8E73B0F7DA0E6452C810F32B809079E562F8EAD2522C6B7B",
        "603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4",
        "FEFFE9928665731C6D6A8F9467308308", // the document of GCM
        "FEFFE9928665731C6D6A8F9467308308FEFFE9928665731C",
        "AE6852F8121067CC4BF7A5765577F39E", // RFC 3686
        "8D2E60365F17C7DF1040D7501B4A7B5A", // RFC 5297
        "6BC1BEE22E409F96E93D7E117393172A", // the plain text beside those keys
    ];

    private static readonly string[] Words =
    [
        "", "0", "1", "1234", "12345", "123456", "12345678", "123456789", "1234567890", "abc", "abc123", "abcdef", "admin", "changeit",
        "changeme", "default", "demo", "example", "foo", "foobar", "hello", "hello world", "hybrid", "iron", "ironworker", "key", "letmein",
        "master", "orleans", "pass", "passw0rd", "password", "password1", "qwerty", "root", "sample", "secret", "test", "testkey", "user",
    ];

    private static readonly Lazy<HashSet<string>> Known = new(() => [.. Samples, .. Words.SelectMany(Digests)]);

    /// <summary>Why a key is weak, without anything of the key; null for one that is not.</summary>
    /// <param name="key">The key's bytes: 16, 24 or 32.</param>
    public static string? FindProblem(ReadOnlySpan<byte> key)
    {
        Span<byte> digits = stackalloc byte[2 * key.Length];
        for (var i = 0; i < key.Length; i++)
        {
            (digits[2 * i], digits[(2 * i) + 1]) = ((byte)(key[i] >> 4), (byte)(key[i] & 15));
        }

        var problem = !key.ContainsAnyExcept(key[0]) ? "this key is one byte repeated"
            : Repeats(digits) || HasFewBlocks(key, 2) || HasFewBlocks(key, 4) ? "this key repeats itself"
            : Steps(key) || StepsByDigits(digits) || StepsByWords(key) ? "this key is a sequence that counts up or down"
            : DistinctBytes(key) <= key.Length / 3 ? "this key consists of few bytes only"
            : Known.Value.Contains(Convert.ToHexString(key)) ? "this key is a published example, or made from a common word, and so known to all"
            : null;
        CryptographicOperations.ZeroMemory(digits);
        return problem;
    }

    /// <summary>16 digits in a row are those a fixed distance before.</summary>
    private static bool Repeats(ReadOnlySpan<byte> digits)
    {
        for (var distance = 1; distance <= digits.Length - RepeatedDigits; distance++)
        {
            for (int i = distance, run = 0; i < digits.Length; i++)
            {
                run = digits[i] == digits[i - distance] ? run + 1 : 0;
                if (run == RepeatedDigits)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Of its blocks of this size, at most half are different ones.</summary>
    private static bool HasFewBlocks(ReadOnlySpan<byte> key, int size)
    {
        var (blocks, different) = (key.Length / size, 0);
        for (var i = 0; i < blocks; i++)
        {
            var isNew = true;
            for (var before = 0; before < i && isNew; before++)
            {
                isNew = !key.Slice(i * size, size).SequenceEqual(key.Slice(before * size, size));
            }

            different += isNew ? 1 : 0;
        }

        return different <= blocks / 2;
    }

    /// <summary>Eight bytes in a row, each the same step from the one before.</summary>
    private static bool Steps(ReadOnlySpan<byte> key)
    {
        for (int i = 2, run = 2; i < key.Length; i++)
        {
            run = (byte)(key[i] - key[i - 1]) == (byte)(key[i - 1] - key[i - 2]) ? run + 1 : 2;
            if (run == SteppingBytes)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Sixteen hex digits in a row, each the same step from the one before.</summary>
    private static bool StepsByDigits(ReadOnlySpan<byte> digits)
    {
        for (int i = 2, run = 2; i < digits.Length; i++)
        {
            run = ((digits[i] - digits[i - 1]) & 15) == ((digits[i - 1] - digits[i - 2]) & 15) ? run + 1 : 2;
            if (run == SteppingDigits)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Words of 2 bytes, or of 4, in either order of bytes: five, or four, in equal steps.</summary>
    private static bool StepsByWords(ReadOnlySpan<byte> key)
    {
        Span<uint> words = stackalloc uint[key.Length / 2];
        for (var order = 0; order < 2; order++)
        {
            for (var i = 0; i < key.Length / 2; i++)
            {
                words[i] = order == 0 ? BinaryPrimitives.ReadUInt16BigEndian(key[(2 * i)..]) : BinaryPrimitives.ReadUInt16LittleEndian(key[(2 * i)..]);
            }

            if (Steps(words, run: 5, mask: ushort.MaxValue))
            {
                return true;
            }

            for (var i = 0; i < key.Length / 4; i++)
            {
                words[i] = order == 0 ? BinaryPrimitives.ReadUInt32BigEndian(key[(4 * i)..]) : BinaryPrimitives.ReadUInt32LittleEndian(key[(4 * i)..]);
            }

            if (Steps(words[..(key.Length / 4)], run: 4, mask: uint.MaxValue))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Steps(ReadOnlySpan<uint> words, int run, uint mask)
    {
        for (int i = 2, now = 2; i < words.Length; i++)
        {
            now = ((words[i] - words[i - 1]) & mask) == ((words[i - 1] - words[i - 2]) & mask) ? now + 1 : 2;
            if (now == run)
            {
                return true;
            }
        }

        return false;
    }

    private static int DistinctBytes(ReadOnlySpan<byte> key)
    {
        Span<bool> seen = stackalloc bool[256];
        seen.Clear();
        var count = 0;
        foreach (var each in key)
        {
            count += seen[each] ? 0 : 1;
            seen[each] = true;
        }

        return count;
    }

    /// <summary>The digests of a word that people take for a key, whole or cut to its length.</summary>
    private static IEnumerable<string> Digests(string word)
    {
        var text = Encoding.UTF8.GetBytes(word);
        var (md5, sha1, sha256) = (
            CryptographicOperations.HashData(HashAlgorithmName.MD5, text),
            CryptographicOperations.HashData(HashAlgorithmName.SHA1, text),
            SHA256.HashData(text));
        return [Hex(md5), Hex(sha1[..16]), Hex(sha256), Hex(sha256[..16]), Hex(sha256[..24])];

        static string Hex(byte[] bytes) => Convert.ToHexString(bytes);
    }
}
