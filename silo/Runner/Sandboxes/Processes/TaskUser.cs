using System.Runtime.Versioning;

namespace OrleansHybrid.Runner.Sandboxes.Processes;

/// <summary>The user that tasks run as: this process's own user, or <c>nobody</c> when that is root.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TaskUser
{
    private const uint Nobody = 65534;
    private const string DumpableSetting = "/proc/sys/fs/suid_dumpable";

    private TaskUser(bool isDifferentUser)
    {
        IsDifferentUser = isDifferentUser;
    }

    /// <summary>The user's name, for people.</summary>
    public string Name => IsDifferentUser ? "nobody" : Environment.UserName;

    /// <summary>Whether others than the owner must be able to pass through the folder above the tasks' own.</summary>
    public bool IsDifferentUser { get; }

    public static TaskUser ForCurrentProcess()
    {
        if (Posix.GetEffectiveUserId() != 0)
        {
            return new TaskUser(isDifferentUser: false);
        }

        var dumpable = File.Exists(DumpableSetting) ? File.ReadAllText(DumpableSetting).Trim() : "";
        return ThreadPrivileges.FindProblem(dumpable) is { Length: > 0 } problem
            ? throw new ConfigurationException("EXECUTOR", $"process, run by root, {problem}.")
            : new TaskUser(isDifferentUser: true);
    }

    /// <summary>The same launch with this user's rights, and no way to gain more.</summary>
    public ProcessStartSpec ApplyTo(ProcessStartSpec startInfo) => IsDifferentUser ? startInfo with { User = Nobody } : startInfo;

    public void GiveOwnership(string path)
    {
        if (IsDifferentUser && Posix.ChangeOwner(path, Nobody, Nobody) != 0)
        {
            throw new IOException($"{path} can't be given to {Name}.");
        }
    }
}
