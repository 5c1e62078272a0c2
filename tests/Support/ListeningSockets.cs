using System.Globalization;
using System.Runtime.Versioning;

namespace OrleansHybrid.Support;

/// <summary>Where a process of this machine waits for connections, as the kernel tells it.</summary>
[SupportedOSPlatform("linux")]
public static class ListeningSockets
{
    private const string Listening = "0A";

    /// <summary>Addresses and ports in the kernel's hex form, such as <c>0100007F:1F90</c>.</summary>
    public static IReadOnlyList<string> Of(int process)
    {
        var own = Directory.EnumerateFiles($"/proc/{process}/fd")
            .Select(file => new FileInfo(file).LinkTarget)
            .Where(target => target?.StartsWith("socket:[", StringComparison.Ordinal) is true)
            .Select(target => long.Parse(target!["socket:[".Length..^1], CultureInfo.InvariantCulture))
            .ToHashSet();
        return
        [
            .. new[] { "tcp", "tcp6" }
                .SelectMany(kind => File.ReadLines($"/proc/{process}/net/{kind}").Skip(1))
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(parts => parts[3] == Listening && own.Contains(long.Parse(parts[9], CultureInfo.InvariantCulture)))
                .Select(parts => parts[1]),
        ];
    }
}
