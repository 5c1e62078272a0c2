using System.Globalization;
using OrleansHybrid.Runner.Settings;

namespace OrleansHybrid.Runner.Policy;

/// <summary>Checks one rule of a policy file; what is wrong is told by its place.</summary>
/// <param name="place">Where the rule is, such as <c>rules[2]</c>.</param>
/// <param name="own">Folders of the runner that nobody gets.</param>
internal sealed class RuleReader(string place, IReadOnlyList<string> own)
{
    public ImageRule Read(RuleDocument rule)
    {
        var images = Each("images", rule.Images, (at, text) =>
            ImagePattern.TryParse(text, out var pattern, out var problem) ? pattern : throw Wrong(at, problem));
        if (images.Count == 0)
        {
            throw Wrong("images", "is missing: name at least one image, or * for all");
        }

        if (rule.Refuse is not true)
        {
            return new ImageRule(images, Grant(rule));
        }

        return rule == new RuleDocument { Images = rule.Images, Refuse = true }
            ? new ImageRule(images, null)
            : throw Wrong("refuse", "leaves nothing to give: take the rest of the rule out");
    }

    private ImageGrant Grant(RuleDocument rule) => new()
    {
        MemoryBytes = Bytes("memory", rule.Memory, 6L << 20),
        Cpus = rule.Cpus is null or (>= 0.01 and <= 1024) ? rule.Cpus : throw Wrong("cpus", "must be from 0.01 to 1024"),
        CpuShares = Number("cpu_shares", rule.CpuShares, 2, 262_144),
        Pids = Number("pids", rule.Pids, 1, 1 << 22),
        DiskBytes = Bytes("disk", rule.Disk, 1L << 20),
        TmpBytes = rule.Tmp == "0" ? 0 : Bytes("tmp", rule.Tmp, 4096),
        TimeoutSeconds = (int?)Number("timeout", rule.Timeout, 1, 366 * 86_400),
        LogBytes = Bytes("log", rule.Log, 4096),
        Pull = rule.Pull is null ? null : PolicyWords.Pull(rule.Pull) ?? throw Wrong("pull", "must be missing, always or never"),
        Network = Network(rule.Network),
        Init = rule.Init,
        Capabilities = Each("capabilities", rule.Capabilities, Capability),
        Devices = Each("devices", rule.Devices, Device),
        Mounts = Each("mounts", rule.Mounts, Mount),
    };

    private string? Network(string? text) => text is null or "host" || PolicyWords.IsNetwork(text) || PolicyWords.IsContainer(text)
        ? text
        : throw Wrong("network", "must be none, bridge, host, container:NAME or the name of a network");

    private string Capability(string at, string text)
    {
        var (name, problem) = PolicyWords.Capability(text);
        return problem.Length == 0 ? name : throw Wrong(at, problem);
    }

    private HostDevice Device(string at, PathDocument device)
    {
        var inside = device.Container ?? device.Host ?? "";
        Check($"{at}.host", HostPaths.DeviceProblem(device.Host ?? ""));
        Check($"{at}.container", HostPaths.InsideProblem(inside));
        return new HostDevice(device.Host!, inside, device.Writable);
    }

    private HostMount Mount(string at, PathDocument mount)
    {
        var inside = mount.Container ?? mount.Host ?? "";
        Check($"{at}.host", HostPaths.MountProblem(mount.Host ?? "", mount.Writable, own));
        Check($"{at}.container", HostPaths.InsideProblem(inside));
        return new HostMount(mount.Host!, inside, mount.Writable);
    }

    private void Check(string at, string problem)
    {
        if (problem.Length > 0)
        {
            throw Wrong(at, problem);
        }
    }

    private long? Bytes(string name, string? text, long least) => text is null ? null
        : ByteSize.TryParse(text, out var bytes) && bytes >= least ? bytes
        : throw Wrong(name, $"must be a number of bytes in quotes, such as \"512m\", at least {least}");

    private long? Number(string name, long? number, long least, long most) =>
        number is null || (number >= least && number <= most)
            ? number
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"must be from {least} to {most}"));

    private List<TOut> Each<TIn, TOut>(string name, IReadOnlyList<TIn?>? items, Func<string, TIn, TOut> read)
        where TIn : class =>
    [
        .. (items ?? []).Index().Select(item => item.Item is { } given
            ? read($"{name}[{item.Index}]", given)
            : throw Wrong($"{name}[{item.Index}]", "must not be null")),
    ];

    private BadPolicyException Wrong(string at, string problem) => new($"{place}.{at}", problem.TrimEnd('.'));
}

/// <summary>Something in a policy file that can't be followed.</summary>
internal sealed class BadPolicyException(string place, string problem) : Exception($"{place} {problem}.");
