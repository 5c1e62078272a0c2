using System.Runtime.Versioning;
using Orleans.Hybrid.Runner.Settings;

namespace Orleans.Hybrid.Runner.Executors.Process;

/// <summary>Whom tasks run as: this process's own user, or nobody when that is root.</summary>
[SupportedOSPlatform("linux")]
internal sealed class TaskUser
{
    private const uint Nobody = 65534;
    private const string ChangeUser = "setpriv";

    private readonly string? changer;

    private TaskUser(string? changer)
    {
        this.changer = changer;
    }

    /// <summary>The user's name, for people.</summary>
    public string Name => changer is null ? Environment.UserName : "nobody";

    /// <summary>Whether others than the owner must be able to pass through the folder above the tasks' own.</summary>
    public bool IsAnother => changer is not null;

    public static TaskUser OfThisProcess()
    {
        if (Posix.EffectiveUser() != 0)
        {
            return new TaskUser(null);
        }

        return new TaskUser(Programs.Find(ChangeUser, Programs.SearchPath) ?? throw new BadSettingException(
            "EXECUTOR", $"process, run by root, needs the program {ChangeUser} (package util-linux) to run tasks as nobody."));
    }

    /// <summary>The same launch with this user's rights, and no way to gain more.</summary>
    public Launch As(Launch launch)
    {
        return changer is null ? launch : launch with
        {
            Path = changer,
            Arguments =
            [
                ChangeUser, $"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--no-new-privs", "--",
                launch.Path, .. launch.Arguments.Skip(1),
            ],
        };
    }

    public void Own(string path)
    {
        if (changer is not null && Posix.ChangeOwner(path, Nobody, Nobody) != 0)
        {
            throw new IOException($"{path} can't be given to {Name}.");
        }
    }
}
