using System.Globalization;

namespace OrleansHybrid.Cli.Output;

/// <summary>Times as every command prints them: in UTC, to the second.</summary>
internal static class UtcFormat
{
    /// <summary>A time, such as <c>2030-01-31T00:00:00Z</c>.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
