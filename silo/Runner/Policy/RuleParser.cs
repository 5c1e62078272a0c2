using System.Globalization;
using OrleansHybrid.Runner.Configuration;

namespace OrleansHybrid.Runner.Policy;

/// <summary>Validates one rule of a policy file; errors name its location.</summary>
/// <param name="location">Where the rule is, such as <c>rules[2]</c>.</param>
/// <param name="protectedPaths">Folders of the runner that no task gets.</param>
internal sealed class RuleParser(string location, IReadOnlyList<string> protectedPaths)
{
    public ImageRule Parse(RuleDocument rule)
    {
        var images = ParseEach("images", rule.Images, (at, text) =>
            ImagePattern.TryParse(text, out var pattern, out var problem) ? pattern : throw Error(at, problem));
        if (images.Count == 0)
        {
            throw Error("images", "is missing: name at least one image, or * for all");
        }

        if (rule.Refuse is not true)
        {
            return new ImageRule(images, Grant(rule));
        }

        return rule == new RuleDocument { Images = rule.Images, Refuse = true }
            ? new ImageRule(images, null)
            : throw Error("refuse", "excludes all other settings of the rule: remove them");
    }

    private ImageGrant Grant(RuleDocument rule) => new()
    {
        MemoryBytes = Bytes("memory", rule.Memory, 6L << 20),
        Cpus = rule.Cpus is null or (>= 0.01 and <= 1024) ? rule.Cpus : throw Error("cpus", "must be from 0.01 to 1024"),
        CpuShares = Number("cpu_shares", rule.CpuShares, 2, 262_144),
        Pids = Number("pids", rule.Pids, 1, 1 << 22),
        DiskBytes = Bytes("disk", rule.Disk, 1L << 20),
        TmpBytes = rule.Tmp == "0" ? 0 : Bytes("tmp", rule.Tmp, 4096),
        TimeoutSeconds = (int?)Number("timeout", rule.Timeout, 1, 366 * 86_400),
        LogBytes = Bytes("log", rule.Log, 4096),
        Pull = rule.Pull is null ? null : PolicyKeywords.ParsePullPolicy(rule.Pull) ?? throw Error("pull", "must be missing, always or never"),
        Network = Network(rule.Network),
        Init = rule.Init,
        Capabilities = ParseEach("capabilities", rule.Capabilities, Capability),
        Devices = ParseEach("devices", rule.Devices, Device),
        Mounts = ParseEach("mounts", rule.Mounts, Mount),
    };

    private string? Network(string? text) => text is null or "host" || PolicyKeywords.IsNetworkName(text) || PolicyKeywords.IsContainerNetwork(text)
        ? text
        : throw Error("network", "must be none, bridge, host, container:NAME or the name of a network");

    private string Capability(string at, string text)
    {
        var (name, problem) = PolicyKeywords.ParseCapability(text);
        return problem.Length == 0 ? name : throw Error(at, problem);
    }

    private HostDevice Device(string at, PathDocument device)
    {
        var inside = device.Container ?? device.Host ?? "";
        Check($"{at}.host", HostPaths.FindDeviceProblem(device.Host ?? ""));
        Check($"{at}.container", HostPaths.FindContainerPathProblem(inside));
        return new HostDevice(device.Host!, inside, device.Writable);
    }

    private HostMount Mount(string at, PathDocument mount)
    {
        var inside = mount.Container ?? mount.Host ?? "";
        Check($"{at}.host", HostPaths.FindMountProblem(mount.Host ?? "", mount.Writable, protectedPaths));
        Check($"{at}.container", HostPaths.FindContainerPathProblem(inside));
        return new HostMount(mount.Host!, inside, mount.Writable);
    }

    private void Check(string at, string problem)
    {
        if (problem.Length > 0)
        {
            throw Error(at, problem);
        }
    }

    private long? Bytes(string name, string? text, long min) => text is null ? null
        : ByteSize.TryParse(text, out var bytes) && bytes >= min ? bytes
        : throw Error(name, $"must be a number of bytes in quotes, such as \"512m\", at least {min}");

    private long? Number(string name, long? number, long min, long max) =>
        number is null || (number >= min && number <= max)
            ? number
            : throw Error(name, string.Create(CultureInfo.InvariantCulture, $"must be from {min} to {max}"));

    private List<TOut> ParseEach<TIn, TOut>(string name, IReadOnlyList<TIn?>? items, Func<string, TIn, TOut> read)
        where TIn : class =>
    [
        .. (items ?? []).Index().Select(item => item.Item is { } given
            ? read($"{name}[{item.Index}]", given)
            : throw Error($"{name}[{item.Index}]", "must not be null")),
    ];

    private InvalidPolicyException Error(string at, string problem) => new($"{location}.{at}", problem.TrimEnd('.'));
}

/// <summary>Something in a policy file that can't be followed.</summary>
internal sealed class InvalidPolicyException(string location, string problem) : Exception($"{location} {problem}.");
