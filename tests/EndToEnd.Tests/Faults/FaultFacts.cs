using System.ComponentModel;
using System.Diagnostics;
using Orleans.Hybrid.Support;

namespace Orleans.Hybrid.EndToEnd.Tests.Faults;

/// <summary>A fact about runners in a network of their own: skipped by name where none can be made.</summary>
internal sealed class NetworkFactAttribute : FactAttribute
{
    public NetworkFactAttribute() => Skip = TestImages.Missing
        ?? Tools.Missing("a network namespace", "apt-get install iproute2 iptables", ("ip", "netns list"), ("iptables", "-L -n"));
}

/// <summary>A fact about a Docker engine that may be killed: skipped by name where a second one can't be started.</summary>
internal sealed class OwnEngineFactAttribute : FactAttribute
{
    public OwnEngineFactAttribute() => Skip = TestImages.Missing
        ?? Tools.Missing("a Docker engine of its own", "apt-get install docker.io iproute2", ("dockerd", "--version"), ("ip", "netns list"));
}

/// <summary>A fact about a disk that is full: skipped by name where a small one can't be mounted.</summary>
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = Tools.Missing("a small disk", "apt-get install mount", ("mount", "--version"));
}

/// <summary>The machine's own programs that such facts need.</summary>
internal static class Tools
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Why something can't be had here, in words; null when each of the commands runs, and this is root.</summary>
    public static string? Missing(string what, string remedy, params (string Program, string Arguments)[] commands)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return $"needs {what}, which only root on Linux can make";
        }

        return commands.All(command => Runs(command.Program, command.Arguments)) ? null : $"needs {what}: {remedy}";
    }

    /// <summary>Runs a command to its end; gives what it wrote, and throws with its own words when it fails.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? (await output).Trim()
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {await errors}");
    }

    private static bool Runs(string program, string arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            return process.WaitForExit(Patience) && process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
