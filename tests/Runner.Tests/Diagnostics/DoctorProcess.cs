using System.Diagnostics;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Diagnostics;

/// <summary>The program itself, asked for its doctor.</summary>
internal static class DoctorProcess
{
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IReadOnlyDictionary<string, string> environment, params string[] args)
    {
        var start = new ProcessStartInfo(MachinePrograms.Dotnet, [typeof(RunnerHost).Assembly.Location, "doctor", .. args])
        {
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var program = ChildProcessGuard.Shared.Start(start);
        var said = await program.StandardOutput.ReadToEndAsync();
        await program.WaitForExitAsync();
        return (program.ExitCode, said);
    }
}
