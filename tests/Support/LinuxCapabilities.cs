using System.Globalization;

namespace OrleansHybrid.Support;

/// <summary>The capabilities of this process: root in a container may be root in name only.</summary>
internal static class LinuxCapabilities
{
    // Numbers of capabilities, as in linux/capability.h.
    public const int ChangeOwner = 0;
    public const int BecomeGroup = 6;
    public const int BecomeUser = 7;
    public const int AdministerNetworks = 12;
    public const int LookIntoProcesses = 19;
    public const int AdministerSystem = 21;

    private const string Line = "CapEff:";
    private static readonly ulong Effective = Read();

    /// <summary>Why some of these rights are missing; null when all of them are there.</summary>
    public static string? FindMissing(string who, params int[] rights) =>
        !Environment.IsPrivilegedProcess ? $"needs {who}: run the tests as root on Linux"
        : !Array.TrueForAll(rights, right => (Effective >> right & 1) == 1) ? $"needs {who}: this root lacks rights; a container has them with --privileged"
        : null;

    private static ulong Read() => !OperatingSystem.IsLinux() ? 0 : ulong.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(Line, StringComparison.Ordinal))[Line.Length..].Trim(),
        NumberStyles.HexNumber,
        CultureInfo.InvariantCulture);
}
