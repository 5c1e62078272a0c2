using System.Globalization;
using OrleansHybrid.Domain.Decisions;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>The query strings of operators: what is wrong in them is rejected.</summary>
internal static class LauncherQuery
{
    /// <summary>A whole number within bounds; empty counts as absent.</summary>
    public static long WholeNumber(IQueryCollection query, string name, long defaultValue, long min, long max)
    {
        var text = query[name].ToString();
        return text.Length == 0 ? defaultValue
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
                ? number
                : throw new ApiException($"{name} must be a whole number from {min} to {max}");
    }

    /// <summary>An id; null when it is absent or empty.</summary>
    public static string? Id(IQueryCollection query, string name)
    {
        var text = query[name].ToString();
        return text.Length == 0 ? null
            : TimeOrderedId.IsWellFormed(text) ? text
            : throw new ApiException($"{name} must be the id of a launch: {TimeOrderedId.Length} hex digits in small letters");
    }
}
