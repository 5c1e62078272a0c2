using System.Runtime.Versioning;
using OrleansHybrid.Runner.Settings;

namespace OrleansHybrid.Runner.Executors.Process;

/// <summary>Whom tasks run as: this process's own user, or nobody when that is root.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TaskUser
{
    private const uint Nobody = 65534;
    private const string DumpableSetting = "/proc/sys/fs/suid_dumpable";

    private TaskUser(bool isAnother)
    {
        IsAnother = isAnother;
    }

    /// <summary>The user's name, for people.</summary>
    public string Name => IsAnother ? "nobody" : Environment.UserName;

    /// <summary>Whether others than the owner must be able to pass through the folder above the tasks' own.</summary>
    public bool IsAnother { get; }

    public static TaskUser OfThisProcess()
    {
        if (Posix.EffectiveUser() != 0)
        {
            return new TaskUser(isAnother: false);
        }

        var dumpable = File.Exists(DumpableSetting) ? File.ReadAllText(DumpableSetting).Trim() : "";
        return ThreadRights.Problem(dumpable) is { Length: > 0 } problem
            ? throw new BadSettingException("EXECUTOR", $"process, run by root, {problem}.")
            : new TaskUser(isAnother: true);
    }

    /// <summary>The same launch with this user's rights, and no way to gain more.</summary>
    public Launch As(Launch launch) => IsAnother ? launch with { User = Nobody } : launch;

    public void Own(string path)
    {
        if (IsAnother && Posix.ChangeOwner(path, Nobody, Nobody) != 0)
        {
            throw new IOException($"{path} can't be given to {Name}.");
        }
    }
}
