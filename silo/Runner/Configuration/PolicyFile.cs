using System.Text.Json;
using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Runner.Policy;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>Reads the operator's policy, all of it or not at all: one that is half understood would be looser than it says.</summary>
internal static class PolicyFile
{
    private const string Setting = "POLICY_FILE";
    private const int MaxFileBytes = 1 << 20;

    /// <summary>The policy in this file; <paramref name="protectedPaths"/> are folders of the runner that no task gets.</summary>
    public static ImagePolicy Read(string path, params IReadOnlyList<string> protectedPaths)
    {
        try
        {
            var document = JsonSerializer.Deserialize(ReadContent(path), PolicyJson.Default.PolicyDocument)
                ?? throw new InvalidPolicyException("the document", "must be an object");
            var rules = document.Rules ?? throw new InvalidPolicyException("rules", "is missing: an empty list is one, too");
            var read = rules.Index().Select(rule => ParseRule($"rules[{rule.Index}]", rule.Item, protectedPaths)).ToList();
            EnsureMountsNotNested(read);
            return new ImagePolicy(read, ParseOthers(document.Others)) { ProtectedPaths = protectedPaths };
        }
        catch (JsonException ex)
        {
            throw Error(path, $"line {ex.LineNumber + 1}, {Locate(ex)} is unknown, given twice, of another type than it must be, or no JSON.");
        }
        catch (InvalidPolicyException ex)
        {
            throw Error(path, ex.Message);
        }
    }

    private static ImageRule ParseRule(string location, RuleDocument? rule, IReadOnlyList<string> protectedPaths) => rule is null
        ? throw new InvalidPolicyException(location, "must not be null")
        : new RuleParser(location, protectedPaths).Parse(rule);

    // A task that may write above a mount can put a link in its place before the engine resolves it, and so choose what is mounted.
    private static void EnsureMountsNotNested(IReadOnlyList<ImageRule> rules)
    {
        var mounts = rules.Index()
            .SelectMany(rule => (rule.Item.Grant?.Mounts ?? []).Index().Select(mount => ($"rules[{rule.Index}].mounts[{mount.Index}]", mount.Item)))
            .ToList();
        foreach (var (place, mount) in mounts)
        {
            if (mounts.Find(other => other.Item.Writable && HostPaths.IsNested(mount.Host, other.Item.Host)) is (var outer, { } above))
            {
                throw new InvalidPolicyException(
                    $"{place}.host",
                    $"lies below {above.Host}, where {outer} lets tasks write: they could put a link there that leads to the host's root. Give folders beside each other");
            }
        }
    }

    private static bool ParseOthers(string? text) => text switch
    {
        "refuse" => false,
        "run" => true,
        _ => throw new InvalidPolicyException("others", "must be \"refuse\" or \"run\": whether images that no rule names run, as every task does"),
    };

    private static byte[] ReadContent(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (OperatingSystem.IsLinux() && file.Exists && file.UnixFileMode.HasFlag(UnixFileMode.OtherWrite))
            {
                throw Error(path, "can be written by everybody: chmod o-w it.");
            }

            return file.Exists && file.Length > MaxFileBytes ? throw Error(path, "is larger than 1 MiB.")
                : ByteOrderMark.ToUtf8(File.ReadAllBytes(path)).ToArray();
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw Error(path, "can't be read: check its path and rights.");
        }
    }

    private static string Locate(JsonException e) => e.Path is { Length: > 2 } path ? path[2..] : "the document";

    private static ConfigurationException Error(string path, string problem) => new($"{Setting} {path}:", problem);
}
