using System.Diagnostics;

namespace OrleansHybrid.Support;

/// <summary>The programs of an installed PostgreSQL, run as somebody other than root, whom they refuse.</summary>
internal static class PostgresPrograms
{
    private static readonly string? Folder = Find();
    private static readonly (string User, string Group)? Unprivileged =
        Environment.IsPrivilegedProcess ? FindUser("postgres") ?? FindUser("nobody") : null;

    /// <summary>True where a server can be started.</summary>
    public static bool AreInstalled => Folder is not null;

    /// <summary>Makes a folder the property of the user that the server runs as.</summary>
    public static Task ChangeOwnerAsync(string folder) => Unprivileged is var (user, group)
        ? RunAsync("chown", [$"{user}:{group}", folder], folder)
        : Task.CompletedTask;

    /// <summary>Runs one of the programs in a folder to its end.</summary>
    public static Task RunAsync(string folder, string program, params string[] arguments)
    {
        var path = Path.Combine(Folder ?? throw new InvalidOperationException("there is no initdb"), program);
        return Unprivileged is var (user, group)
            ? RunAsync("setpriv", [$"--reuid={user}", $"--regid={group}", "--clear-groups", path, .. arguments], folder)
            : RunAsync(path, arguments, folder);
    }

    private static async Task RunAsync(string program, string[] arguments, string folder)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {string.Concat(said)}");
        }
    }

    /// <summary>Links lead to where the other programs are.</summary>
    private static string? Find() => MachinePrograms.Find("initdb") is { } initdb
        ? Path.GetDirectoryName((File.ResolveLinkTarget(initdb, returnFinalTarget: true) ?? new FileInfo(initdb)).FullName)
        : null;

    private static (string User, string Group)? FindUser(string name) => File.ReadLines("/etc/passwd")
        .Select(line => line.Split(':'))
        .Where(fields => fields[0] == name)
        .Select(fields => ((string User, string Group)?)(fields[2], fields[3]))
        .FirstOrDefault();
}
