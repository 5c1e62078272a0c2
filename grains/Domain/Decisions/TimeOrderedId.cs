using System.Globalization;

namespace OrleansHybrid.Domain.Decisions;

/// <summary>Ids of everything: 24 lower-case hex digits, 12 of milliseconds since 1970 and 12 random, so they sort by time.</summary>
public static class TimeOrderedId
{
    /// <summary>How many digits an id has.</summary>
    public const int Length = 24;

    /// <summary>An id for something made at <paramref name="now"/>; 48 bits of <paramref name="random"/> are used.</summary>
    public static string From(DateTimeOffset now, long random) => string.Create(
        CultureInfo.InvariantCulture, $"{now.ToUnixTimeMilliseconds():x12}{random & 0xffff_ffff_ffff:x12}");

    /// <summary>True for text that could be an id.</summary>
    public static bool IsWellFormed(string? text) => text is { Length: Length } && text.All(char.IsAsciiHexDigitLower);
}
