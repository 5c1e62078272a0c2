using System.Text.RegularExpressions;
using OrleansHybrid.Runner.Sandboxes.Containers;

namespace OrleansHybrid.Runner.Policy;

/// <summary>The keywords that settings and policy file have in common.</summary>
internal static partial class PolicyKeywords
{
    // With any of these a program owns the kernel or the whole host's files, so that nothing else that confines it counts.
    private static readonly string[] ForbiddenCapabilities = ["ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_BOOT", "DAC_READ_SEARCH", "BPF", "PERFMON", "MAC_ADMIN", "MAC_OVERRIDE"];

    private static readonly string[] AllowedCapabilities =
    [
        "AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "CHECKPOINT_RESTORE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID",
        "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW",
        "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYSLOG", "SYS_CHROOT", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RESOURCE", "SYS_TIME",
        "SYS_TTY_CONFIG", "WAKE_ALARM",
    ];

    /// <summary>When an image is pulled; null for another word.</summary>
    public static PullPolicy? ParsePullPolicy(string text) => text switch
    {
        "missing" => PullPolicy.Missing,
        "always" => PullPolicy.Always,
        "never" => PullPolicy.Never,
        _ => null,
    };

    /// <summary>Whether this names a network of the container's own: never the host's or another container's.</summary>
    public static bool IsNetworkName(string text) => text is not ("host" or "default") && Name().IsMatch(text);

    /// <summary>Whether this names the network of another container.</summary>
    public static bool IsContainerNetwork(string text) =>
        text.StartsWith("container:", StringComparison.Ordinal) && Name().IsMatch(text["container:".Length..]);

    /// <summary>A capability without <c>CAP_</c>, or what is wrong with it.</summary>
    public static (string Name, string Problem) ParseCapability(string text)
    {
        var name = text.StartsWith("CAP_", StringComparison.Ordinal) ? text["CAP_".Length..] : text;
        return (name, Array.IndexOf(ForbiddenCapabilities, name) >= 0 ? "gives full control of the host and is not allowed"
            : Array.IndexOf(AllowedCapabilities, name) < 0 ? "is no capability: write it as in NET_RAW"
            : "");
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
