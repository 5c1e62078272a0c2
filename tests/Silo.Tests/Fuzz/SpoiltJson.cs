using System.Text;
using System.Text.RegularExpressions;

namespace OrleansHybrid.Silo.Tests.Fuzz;

/// <summary>Good JSON, spoilt by chance: first what it says, then its bytes.</summary>
internal static partial class SpoiltJson
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

    public static byte[] Of(string good, Random chance)
    {
        var text = good;
        for (var times = chance.Next(4); times > 0; times--)
        {
            text = SayOtherwise(text, chance);
        }

        var bytes = Encoding.UTF8.GetBytes(text).ToList();
        for (var times = chance.Next(text == good ? 1 : 0, 3); times > 0 && bytes.Count > 0; times--)
        {
            Break(bytes, chance);
        }

        return [.. bytes];
    }

    private static string SayOtherwise(string text, Random chance) => chance.Next(6) switch
    {
        0 when Pick(Member().Matches(text), chance) is { } member => text.Insert(member.Index, $"{member.Value},"),
        1 when Pick(Member().Matches(text), chance) is { } member => text.Remove(member.Index, member.Length),
        2 => $"{Values[chance.Next(Values.Length)]}{(chance.Next(2) == 0 ? "" : text)}",
        _ when Pick(Value().Matches(text), chance) is { } value =>
            text.Remove(value.Index, value.Length).Insert(value.Index, Values[chance.Next(Values.Length)]),
        _ => text,
    };

    private static void Break(List<byte> bytes, Random chance)
    {
        var at = chance.Next(bytes.Count);
        var length = Math.Min(chance.Next(1, 16), bytes.Count - at);
        switch (chance.Next(5))
        {
            case 0:
                bytes[at] ^= (byte)(1 << chance.Next(8));
                break;
            case 1:
                bytes.RemoveRange(at, length);
                break;
            case 2:
                bytes.InsertRange(chance.Next(bytes.Count), bytes.GetRange(at, length));
                break;
            case 3:
                bytes.RemoveRange(at, bytes.Count - at);
                break;
            default:
                bytes.InsertRange(at, Bytes[chance.Next(Bytes.Length)]);
                break;
        }
    }

    private static Match? Pick(MatchCollection matches, Random chance) =>
        matches.Count > 0 ? matches[chance.Next(matches.Count)] : null;

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
