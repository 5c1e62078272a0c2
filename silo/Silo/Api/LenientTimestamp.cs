using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansHybrid.Silo.Api;

/// <summary>
/// A time as published clients write it: RFC 3339, or what their languages make of a time by themselves, as in
/// <c>2030-12-31 23:59:59 +0100</c>. Without a zone it is UTC, without an hour midnight.
/// </summary>
internal static partial class LenientTimestamp
{
    /// <summary>The expected format, for messages.</summary>
    public const string ExpectedFormat = "a time such as 2030-12-31T23:59:59Z, or with an offset such as +02:00";

    private const int MaxLength = 50;

    /// <summary>The time, to the millisecond; false for what is none.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length > MaxLength || Parts().Match(text) is not { Success: true } parts)
        {
            return false;
        }

        var clock = parts.Groups["minute"] is { Success: true } minute ? $"{minute}:{Or(parts.Groups["second"], "00")}" : "00:00:00";
        var zone = parts.Groups["hours"] is { Success: true } hours ? $"{hours}:{parts.Groups["minutes"]}" : "Z";
        return DateTimeOffset.TryParse($"{parts.Groups["day"]}T{clock}{zone}", CultureInfo.InvariantCulture, out time);
    }

    private static string Or(Group found, string otherwise) => found.Success ? found.Value : otherwise;

    // Clients send up to nine digits of a second; more than three were never shown.
    [GeneratedRegex(
        @"^(?<day>\d{4}-\d\d-\d\d)"
        + @"(?:[T ](?<minute>\d\d:\d\d)(?::(?<second>\d\d(?:\.\d{1,3})?)(?:(?<=\.\d{3})\d+)?)?"
        + @" ?(?:Z|UTC|GMT|(?<hours>[+-]\d\d):?(?<minutes>\d\d))?)?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Parts();
}
