using System.Globalization;
using OrleansHybrid.Domain.Steps;

namespace OrleansHybrid.Silo.Http.Launcher;

/// <summary>The query strings of operators: what is wrong in them is refused.</summary>
internal static class LauncherQuery
{
    /// <summary>A whole number within bounds; empty counts as absent.</summary>
    public static long Whole(IQueryCollection query, string name, long otherwise, long least, long most)
    {
        var text = query[name].ToString();
        return text.Length == 0 ? otherwise
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
                ? number
                : throw new RefusedException($"{name} must be a whole number from {least} to {most}");
    }

    /// <summary>An id; null when it is absent or empty.</summary>
    public static string? Id(IQueryCollection query, string name)
    {
        var text = query[name].ToString();
        return text.Length == 0 ? null
            : NewId.IsWellFormed(text) ? text
            : throw new RefusedException($"{name} must be the id of a launch: {NewId.Length} hex digits in small letters");
    }
}
