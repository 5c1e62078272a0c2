using System.Text.Json;
using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Runner.Policy;

namespace OrleansHybrid.Runner.Settings;

/// <summary>Reads the operator's policy, all of it or not at all: one that is half understood would be looser than it says.</summary>
internal static class PolicyFile
{
    private const string Setting = "POLICY_FILE";
    private const int LargestFile = 1 << 20;

    /// <summary>The policy in this file; <paramref name="own"/> are folders of the runner that no task gets.</summary>
    public static ImagePolicy Read(string path, params IReadOnlyList<string> own)
    {
        try
        {
            var document = JsonSerializer.Deserialize(Content(path), PolicyJson.Default.PolicyDocument)
                ?? throw new BadPolicyException("the document", "must be an object");
            var rules = document.Rules ?? throw new BadPolicyException("rules", "is missing: an empty list is one, too");
            var read = rules.Index().Select(rule => Rule($"rules[{rule.Index}]", rule.Item, own)).ToList();
            KeepApart(read);
            return new ImagePolicy(read, Others(document.Others)) { Own = own };
        }
        catch (JsonException ex)
        {
            throw Wrong(path, $"line {ex.LineNumber + 1}, {Place(ex)} is unknown, given twice, of another type than it must be, or no JSON.");
        }
        catch (BadPolicyException ex)
        {
            throw Wrong(path, ex.Message);
        }
    }

    private static ImageRule Rule(string place, RuleDocument? rule, IReadOnlyList<string> own) => rule is null
        ? throw new BadPolicyException(place, "must not be null")
        : new RuleReader(place, own).Read(rule);

    // Who may write above a mount can put a link in its place before the engine looks at it, and so choose what is mounted.
    private static void KeepApart(IReadOnlyList<ImageRule> rules)
    {
        var mounts = rules.Index()
            .SelectMany(rule => (rule.Item.Grant?.Mounts ?? []).Index().Select(mount => ($"rules[{rule.Index}].mounts[{mount.Index}]", mount.Item)))
            .ToList();
        foreach (var (place, mount) in mounts)
        {
            if (mounts.Find(other => other.Item.Writable && HostPaths.LiesBelow(mount.Host, other.Item.Host)) is (var outer, { } above))
            {
                throw new BadPolicyException(
                    $"{place}.host",
                    $"lies below {above.Host}, where {outer} lets tasks write: they could put a link there that leads to the host's root. Give folders beside each other");
            }
        }
    }

    private static bool Others(string? text) => text switch
    {
        "refuse" => false,
        "run" => true,
        _ => throw new BadPolicyException("others", "must be \"refuse\" or \"run\": whether images that no rule names run, as every task does"),
    };

    private static byte[] Content(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (OperatingSystem.IsLinux() && file.Exists && file.UnixFileMode.HasFlag(UnixFileMode.OtherWrite))
            {
                throw Wrong(path, "can be written by everybody: chmod o-w it.");
            }

            return file.Exists && file.Length > LargestFile ? throw Wrong(path, "is larger than 1 MiB.")
                : ByteOrderMark.Utf8(File.ReadAllBytes(path)).ToArray();
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw Wrong(path, "can't be read: check its path and rights.");
        }
    }

    private static string Place(JsonException e) => e.Path is { Length: > 2 } path ? path[2..] : "the document";

    private static BadSettingException Wrong(string path, string problem) => new($"{Setting} {path}:", problem);
}
