using System.Globalization;
using System.Text;

namespace OrleansHybrid.Primitives.Archives;

/// <summary>Creates the exception by which a program rejects a zip, from the reason.</summary>
/// <param name="reason">The problem, with the name of the entry where it is one's.</param>
/// <param name="cause">The exception of the zip's reader; null when a rule of ours rejects it.</param>
public delegate Exception ArchiveErrorFactory(string reason, Exception? cause);

/// <summary>Which zips are taken beside those that are good.</summary>
/// <param name="MaxUnpackedBytes">Most bytes that all files have together when unpacked.</param>
/// <param name="SettingName">The setting that says so, for people.</param>
public sealed record ArchiveLimits(long MaxUnpackedBytes, string SettingName);

/// <summary>Words about entries.</summary>
internal static class EntryErrors
{
    private const int MaxNameLength = 100;

    public static Exception ForEntry(this ArchiveErrorFactory createError, string entry, string reason, Exception? cause = null) =>
        createError($"{reason} ({Quote(entry)})", cause);

    /// <summary>
    /// An untrusted name, made safe for a terminal and a log line: bounded, without control characters and bidirectional overrides.
    /// </summary>
    public static string Quote(string name)
    {
        var shown = new StringBuilder("\"");
        foreach (var rune in name.EnumerateRunes().Take(MaxNameLength))
        {
            shown.Append(IsPlain(rune) ? rune.ToString() : "?");
        }

        return shown.Append(name.Length > MaxNameLength ? "…\"" : "\"").ToString();
    }

    private static bool IsPlain(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.OtherNotAssigned);
}
