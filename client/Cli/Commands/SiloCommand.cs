using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;

namespace OrleansHybrid.Cli.Commands;

/// <summary>
/// <c>hybrid launcher doctor|try</c>: runs the program <c>silo</c>, since policy, key and executor are on its machine, with this
/// program's input and outputs.
/// </summary>
internal static class SiloCommand
{
    private const string ProgramVariable = "HYBRID_SILO_PROGRAM";

    // What people call it, and what it is called where it was published.
    private static readonly string[] Names = ["silo", "OrleansHybrid.Silo"];

    public static Command Build(CliConsole console, string verb, string description)
    {
        var command = new Command(verb, description) { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(async (parsed, _) =>
        {
            var after = parsed.Tokens.SkipWhile(token => !token.Equals(parsed.CommandResult.IdentifierToken)).Skip(1);
            return await RunAsync(FindProgram(console, verb), ["launcher", verb, .. after.Select(token => token.Value)], console.WorkingFolder);
        });
        return command;
    }

    private static string FindProgram(CliConsole console, string verb)
    {
        if (console.GetVariable(ProgramVariable) is { } named)
        {
            return Path.Combine(console.WorkingFolder, named);
        }

        var path = (console.GetVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] folders = [console.ProgramFolder, Path.Combine(console.ProgramFolder, "..", "silo"), .. path];
        var files = folders.SelectMany(folder => Names.Select(name => Path.Combine(console.WorkingFolder, folder, name)));
        return files.Select(file => Path.GetFullPath(OperatingSystem.IsWindows() ? $"{file}.exe" : file)).FirstOrDefault(File.Exists)
            ?? throw new CliException(
                ExitCodes.ConfigError,
                $"the program silo is not here: run `silo launcher {verb}` on the machine that has the launcher's policy, or name it with {ProgramVariable}");
    }

    // Ctrl-C reaches it as well, and it says itself how it ends: so it is waited for until it has.
    private static async Task<int> RunAsync(string program, IEnumerable<string> args, string folder)
    {
        try
        {
            using var silo = Process.Start(new ProcessStartInfo(program, args) { WorkingDirectory = folder })!;
            await silo.WaitForExitAsync(CancellationToken.None);
            return silo.ExitCode;
        }
        catch (Win32Exception ex)
        {
            throw new CliException(ExitCodes.ConfigError, $"{program} can't be started: {ex.Message}");
        }
    }
}
