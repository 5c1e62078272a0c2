using System.Text.RegularExpressions;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Policy;

/// <summary>
/// Which paths of the host a task may be given. Checked as they are written and, where this runner sees the host's files, with
/// their links resolved: when the policy is read, and again for each container, for a link may have been made since.
/// </summary>
internal static partial class HostPaths
{
    private const string HostAccessProblem =
        "gives full control of the host and is not allowed (its root, the engine's socket or files, /proc, /sys, /dev, keys, what root starts, the runner's own folder)";

    // Who has one of these is root on the host, or reads every other task: that is no confinement made looser, but none.
    private static readonly string[] ForbiddenPaths =
    [
        "/proc", "/sys", "/dev", "/boot", "/run", "/var/run", "/root", "/var/lib/docker", "/var/lib/containerd", "/var/lib/containers",
        "/var/lib/kubelet", "/var/lib/rancher", "/var/lib/etcd", "/var/lib/lxc", "/var/lib/lxd", "/var/lib/libvirt", "/var/lib/cloud",
        "/var/lib/sss", "/var/spool/cron", "/var/spool/at", "/etc/docker", "/etc/containerd", "/etc/kubernetes", "/etc/rancher", "/etc/shadow",
        "/etc/gshadow", "/etc/sudoers", "/etc/sudoers.d", "/etc/ssh", "/etc/ssl/private", "/etc/pki/tls/private", "/etc/letsencrypt",
        "/etc/crontab", "/etc/anacrontab", "/etc/cron.d", "/etc/cron.hourly", "/etc/cron.daily", "/etc/cron.weekly", "/etc/cron.monthly",
        "/etc/systemd", "/etc/init.d", "/etc/pam.d", "/etc/security", "/etc/ld.so.preload", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
        "/etc/udev", "/etc/modprobe.d", "/etc/modules-load.d", "/etc/NetworkManager", "/etc/wireguard", "/etc/hybrid",
    ];

    // To be read at most: root starts programs from there, or does as they say.
    private static readonly string[] ReadOnlyPaths =
        ["/etc", "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/nix", "/snap", "/var/lib/dpkg", "/var/lib/rpm", "/var/lib/systemd", "/var/cache"];

    /// <summary>The problem with a host's path as a mount; empty for none.</summary>
    /// <param name="path">The path as configured.</param>
    /// <param name="writable">Whether a task could change it.</param>
    /// <param name="protectedPaths">Folders and files of the runner and of the engine that no task gets.</param>
    public static string FindMountProblem(string path, bool writable, IReadOnlyList<string> protectedPaths)
    {
        if (!IsPlain(path))
        {
            return "must be an absolute path without . and .. in it";
        }

        string[] seen = [path, Resolve(path)];
        List<string> closed = [.. ForbiddenPaths, .. writable ? ReadOnlyPaths : [], .. protectedPaths, .. protectedPaths.Select(Resolve)];
        return seen.Any(way => closed.Any(shut => Overlaps(way, shut)) || Personal().IsMatch(way) || (writable && Home().IsMatch(way)))
                ? HostAccessProblem
            : seen.Any(IsInWorldWritableFolder) ? "lies in a folder that every user of the host may write to: what is there can be made a link to the host's root"
            : "";
    }

    /// <summary>True when one is, or lies below, the other, as they are written or as what they lead to.</summary>
    public static bool IsNested(string inner, string outer) =>
        (inner != outer && Contains(outer, inner)) || (Resolve(inner) != Resolve(outer) && Contains(Resolve(outer), Resolve(inner)));

    /// <summary>The problem with a path in a container; empty for none.</summary>
    public static string FindContainerPathProblem(string path) =>
        !IsPlain(path) || path == "/" ? "must be an absolute path without . and .. in it, and not the root"
        : Contains("/proc", path) || Contains("/sys", path) ? "must not be in /proc or /sys"
        : "";

    /// <summary>The problem with a host's path as a device; empty for none.</summary>
    public static string FindDeviceProblem(string path)
    {
        if (!IsPlain(path) || !path.StartsWith("/dev/", StringComparison.Ordinal))
        {
            return "must be a device in /dev";
        }

        string[] seen = [path, Resolve(path)];
        return seen.Any(way => !way.StartsWith("/dev/", StringComparison.Ordinal) || HostDevice().IsMatch(way) || ContainsDisk(way))
            ? "gives access to the host's memory, disks or terminals and is not allowed"
            : "";
    }

    private static bool Overlaps(string one, string other) => Contains(one, other) || Contains(other, one);

    private static bool Contains(string outer, string inner) =>
        outer == "/" || inner == outer || inner.StartsWith(outer + "/", StringComparison.Ordinal);

    private static bool IsPlain(string path) => path == "/" || Plain().IsMatch(path);

    private static string Resolve(string path) => OperatingSystem.IsLinux() ? RealPath.Resolve(path) : path;

    private static bool IsInWorldWritableFolder(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        for (var above = Path.GetDirectoryName(path); above is not null; above = Path.GetDirectoryName(above))
        {
            if (FileStatus.Of(above, follow: true) is { } folder
                && folder.Mode.HasFlag(UnixFileMode.OtherWrite) && !folder.Mode.HasFlag(UnixFileMode.StickyBit))
            {
                return true;
            }
        }

        return false;
    }

    // A folder of devices is given with all that is in it, also behind its links.
    private static bool ContainsDisk(string path) => OperatingSystem.IsLinux() && FileStatus.Of(path, follow: true) is { } found
        && (found.Type == FileType.BlockDevice
            || (found.Type == FileType.CharacterDevice && found.Device is (1, 1 or 2 or 4 or 11))
            || (FileStatus.Of(path) is { Type: FileType.Folder }
                && Directory.EnumerateFileSystemEntries(path).Any(entry => HostDevice().IsMatch(entry) || ContainsDisk(entry))));

    [GeneratedRegex(@"\A(/(?!\.{1,2}(/|\z))[^/\p{Cc}]+)+\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Plain();

    [GeneratedRegex(@"/\.(ssh|gnupg|aws|kube|docker)(/|\z)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Personal();

    // A whole home has its shell's files in it, and its keys.
    [GeneratedRegex(@"\A/home(/[^/]+(/\.[^/]+(/.*)?)?)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Home();

    [GeneratedRegex("""
        \A/dev/(
            mem | kmem | port | kmsg | nvram | snapshot | initctl | console | uinput | root | core | autofs | cuse | btrfs-control
            | tty[0-9]* | ptmx | pts | vcs.* | cpu | watchdog[0-9]* | mei[0-9]* | uio[0-9]+ | ipmi[0-9]+
            | disk | block | mapper | zvol | md | bsg | input
            | (s|h|v|xv|ub)d[a-z]+[0-9]* | nvme.* | ng[0-9].* | mmcblk.* | dm-[0-9]+ | md[0-9_].* | loop[0-9].* | z?ram[0-9]+ | [nr]bd[0-9].*
            | drbd.* | dasd[a-z].* | bcache[0-9].* | pmem.* | dax.* | zd[0-9].* | s[rgt][0-9]+ | scd[0-9]+ | n?st[0-9].* | mtd.* | ubi.* | fd[0-9].*
        )(/|\z)
        """, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex HostDevice();
}
