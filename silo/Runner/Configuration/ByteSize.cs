using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>A number of bytes as Docker takes it: <c>1048576</c>, <c>1024k</c>, <c>1.5g</c>, <c>64MB</c>; always powers of 1024.</summary>
internal static partial class ByteSize
{
    private const string Units = "bkmgt";

    /// <summary>Reads a number of bytes, of a petabyte at most.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var match = Form().Match(text);
        if (!match.Success)
        {
            return false;
        }

        var unit = match.Groups["unit"].Value.ToLowerInvariant();
        var factor = 1L << (unit.Length == 0 ? 0 : 10 * Units.IndexOf(unit, StringComparison.Ordinal));
        var number = decimal.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture) * factor;
        bytes = number <= 1L << 50 ? (long)number : 0;
        return number <= 1L << 50;
    }

    [GeneratedRegex(@"\A(?<number>[0-9]{1,16}(\.[0-9]{1,6})?) ?((?<unit>[kmgt])(i?b)?|b)?\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
