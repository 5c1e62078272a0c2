using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using OrleansHybrid.Runner.Sandboxes.Containers;
using OrleansHybrid.Runner.State;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>
/// A container image can't know which group owns the host's Docker socket. So the image starts this program as root with
/// <c>RUN_AS</c> set, and it becomes that user, in the socket's group, before it opens any connection.
/// </summary>
internal static unsafe partial class PrivilegeDrop
{
    /// <summary>Does nothing for who isn't root, and without <c>RUN_AS</c>.</summary>
    /// <param name="source">Where <c>RUN_AS</c> may be set, to a user's number.</param>
    /// <param name="options">Says whether there is a socket to use, and the folder that this user has to be able to write in.</param>
    public static void Apply(IConfiguration source, RunnerOptions options)
    {
        if (source["RUN_AS"] is not { } text || !OperatingSystem.IsLinux() || GetEffectiveUser() != 0)
        {
            return;
        }

        if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var user) || user == 0)
        {
            throw new ConfigurationException("RUN_AS", "must be the number of a user that is not root.");
        }

        if (Directory.Exists(options.StateDirectory))
        {
            ChangeOwnerRecursively(options.StateDirectory, user);
        }

        // The C library does each of these for all threads of the process.
        var group = options.Executor == ExecutorKind.Docker && SocketGroup() is { } owner ? owner : user;
        if (SetGroups(1, &group) != 0 || SetGroup(user) != 0 || SetUser(user) != 0)
        {
            throw new ConfigurationException("RUN_AS", $"is {user}, which this process may not become: leave the image's user at root.");
        }

        ProcessSecrets.ForbidDumps();
    }

    private static void ChangeOwnerRecursively(string folder, uint user)
    {
        // A link could lead anywhere.
        var real = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", real).Prepend(folder))
        {
            _ = ChangeOwner(path, user, user);
        }
    }

    private static uint? SocketGroup()
    {
        try
        {
            return OperatingSystem.IsLinux() && DockerAddress.FromEnvironment().SocketPath is { } path
                ? FileStatus.Of(path, follow: true)?.Group
                : null;
        }
        catch (FormatException)
        {
            // Opening the engine reports what is wrong with its address.
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUser();

    [LibraryImport("libc", EntryPoint = "lchown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, uint user, uint group);

    [LibraryImport("libc", EntryPoint = "setgroups")]
    private static partial int SetGroups(nuint count, uint* groups);

    [LibraryImport("libc", EntryPoint = "setgid")]
    private static partial int SetGroup(uint group);

    [LibraryImport("libc", EntryPoint = "setuid")]
    private static partial int SetUser(uint user);
}
