using Orleans.Hybrid.Runner.Execution;

namespace Orleans.Hybrid.Runner.Zips;

/// <summary>The words for a zip that is not unpacked, here or anywhere: its bytes never change.</summary>
internal static class BadZip
{
    private const int LongestName = 100;

    /// <summary>For something about the zip as a whole.</summary>
    public static SandboxException Because(string reason, Exception? inner = null) =>
        new($"The zip can't be unpacked: {reason}", passing: false, inner) { IsLasting = true };

    /// <summary>For one of its entries.</summary>
    public static SandboxException Because(string reason, string entry) =>
        Because($"{reason} (\"{PlainText.Of(entry, LongestName)}\")");
}
