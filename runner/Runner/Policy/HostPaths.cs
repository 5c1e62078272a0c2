using System.Text.RegularExpressions;

namespace Orleans.Hybrid.Runner.Policy;

/// <summary>Which paths of the host a task may be given.</summary>
internal static partial class HostPaths
{
    // Who has one of these is root on the host, or reads every other task: that is no confinement made looser, but none.
    private static readonly string[] Closed =
    [
        "/proc", "/sys", "/dev", "/boot", "/run", "/var/run", "/var/lib/docker", "/var/lib/containerd", "/var/lib/containers", "/var/lib/kubelet",
        "/etc/docker", "/etc/shadow", "/etc/sudoers",
    ];

    private static readonly string[] Memory = ["/dev/mem", "/dev/kmem", "/dev/port", "/dev/kmsg"];

    /// <summary>What is wrong with a host's path as a mount; empty for nothing.</summary>
    public static string MountProblem(string path, IReadOnlyList<string> own) =>
        !IsPlain(path) ? "must be an absolute path without . and .. in it"
        : Closed.Concat(own).Any(closed => Reaches(path, closed) || Reaches(closed, path))
            ? "would hand over the host itself (its root, the engine's socket or files, /proc, /sys, /dev, the runner's own folder), and can't be given"
            : "";

    /// <summary>What is wrong with a path in a container; empty for nothing.</summary>
    public static string InsideProblem(string path) =>
        !IsPlain(path) || path == "/" ? "must be an absolute path without . and .. in it, and not the root"
        : Reaches("/proc", path) || Reaches("/sys", path) ? "must not be in /proc or /sys"
        : "";

    /// <summary>What is wrong with a host's path as a device; empty for nothing.</summary>
    public static string DeviceProblem(string path) =>
        !IsPlain(path) || !path.StartsWith("/dev/", StringComparison.Ordinal) ? "must be a device in /dev"
        : Array.IndexOf(Memory, path) >= 0 ? "would hand over the host's memory, and can't be given"
        : "";

    private static bool Reaches(string outer, string inner) =>
        outer == "/" || inner == outer || inner.StartsWith(outer + "/", StringComparison.Ordinal);

    private static bool IsPlain(string path) => path == "/" || Plain().IsMatch(path);

    [GeneratedRegex(@"\A(/(?!\.{1,2}(/|\z))[^/\p{Cc}]+)+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Plain();
}
