using System.Diagnostics;
using OrleansHybrid.Support;

namespace OrleansHybrid.EndToEnd.Tests.Faults;

/// <summary>A fact about runners in a network of their own.</summary>
internal sealed class NetworkFactAttribute() : ConditionalFactAttribute(Need.Docker, Need.Network);

/// <summary>A fact about a Docker engine that may be killed.</summary>
internal sealed class IsolatedDockerEngineFactAttribute() : ConditionalFactAttribute(Need.Docker, Need.Dockerd, Need.Network);

/// <summary>A fact about a disk that is full.</summary>
internal sealed class SmallDiskFactAttribute() : ConditionalFactAttribute(Need.Disk);

/// <summary>The machine's own programs that such facts need.</summary>
internal static class SystemCommand
{
    /// <summary>Runs a command to its end; gives what it wrote, and throws with its own words when it fails.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(MachinePrograms.Find(program) ?? program, arguments)
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
}
