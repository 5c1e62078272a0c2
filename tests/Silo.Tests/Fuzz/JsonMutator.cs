using System.Text;
using System.Text.RegularExpressions;

namespace OrleansHybrid.Silo.Tests.Fuzz;

/// <summary>Good JSON, spoilt by chance: first what it says, then its bytes.</summary>
internal static partial class JsonMutator
{
    // Each stands where a value was; some are no JSON at all.
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "7", "-1", "1.5", "-0.0", "1e-400", "1e999", "-1e999", "2147483648", "-2147483649",
        "9223372036854775808", "253402300800", new string('9', 400), "NaN", "'x'", "/**/1", "[]", "{}", "[[]]", "[null]",
        "[{}]", "[\"\"]", "{\"a\":1,\"a\":2}", "{\"\":\"\"}", "{\"\\ud800\":1}", "\"\"", "\" \"", "\"\\u0000\"", "\"\\ud800\"",
        "\"\\udc00\\ud800\"", "\"\\x\"", "\"\\u12\"", "\"'; DROP TABLE tasks; --\"", "\"../..\"", "\"default\"", "\"NaN\"",
        "\"Infinity\"", "\"1e400\"", "\"0x10\"", "\"9999-12-31T23:59:59.999999999-14:00\"", "\"0001-01-01T00:00:00+14:00\"",
        "\"2030-02-30T00:00:00Z\"", "\"* * * * *\"", "\"99 99 99 99 99\"", "\"Mars/Olympus\"", Long(300), Long(70_000),
        Deep('[', ']', 60), Deep('[', ']', 5_000), "\"\\ud83d\\ude00\"", "\"\u00e9\"",
    ];

    private static readonly byte[][] Bytes =
        [[0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xC3], [0xEF, 0xBB, 0xBF], [.. "\\"u8], [.. "\""u8], [.. "{["u8], [.. "}]"u8]];

    public static byte[] Mutate(string good, Random random)
    {
        var text = good;
        for (var times = random.Next(4); times > 0; times--)
        {
            text = MutateText(text, random);
        }

        var bytes = Encoding.UTF8.GetBytes(text).ToList();
        for (var times = random.Next(text == good ? 1 : 0, 3); times > 0 && bytes.Count > 0; times--)
        {
            MutateBytes(bytes, random);
        }

        return [.. bytes];
    }

    private static string MutateText(string text, Random random) => random.Next(6) switch
    {
        0 when Pick(Member().Matches(text), random) is { } member => text.Insert(member.Index, $"{member.Value},"),
        1 when Pick(Member().Matches(text), random) is { } member => text.Remove(member.Index, member.Length),
        2 => $"{Values[random.Next(Values.Length)]}{(random.Next(2) == 0 ? "" : text)}",
        _ when Pick(Value().Matches(text), random) is { } value =>
            text.Remove(value.Index, value.Length).Insert(value.Index, Values[random.Next(Values.Length)]),
        _ => text,
    };

    private static void MutateBytes(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count);
        var length = Math.Min(random.Next(1, 16), bytes.Count - at);
        switch (random.Next(5))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes.RemoveRange(at, length);
                break;
            case 2:
                bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                break;
            case 3:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                bytes.InsertRange(at, Bytes[random.Next(Bytes.Length)]);
                break;
        }
    }

    private static Match? Pick(MatchCollection matches, Random random) =>
        matches.Count > 0 ? matches[random.Next(matches.Count)] : null;

    private static string Long(int length) => $"\"{new string('x', length)}\"";

    private static string Deep(char open, char close, int levels) => new string(open, levels) + new string(close, levels);

    [GeneratedRegex("""
        "[^"]*":("[^"]*"|[^,{}\[\]]+)
        """)]
    private static partial Regex Member();

    // Also what is the name of a member: a value stands there as badly.
    [GeneratedRegex("""
        "[^"]*"|-?\d[\d.]*|true|false|null|\[[^\[\]]*\]|\{[^{}]*\}
        """)]
    private static partial Regex Value();
}
