using System.CommandLine;
using System.Globalization;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Contracts.Launcher;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid launcher …</c>: what operators see and do, and how they name it.</summary>
internal static class LauncherCommand
{
    public static Command Build(CliConsole console, GlobalOptions globals) =>
        new("launcher", "The launcher of the control plane, for its operators")
        {
            LauncherStatusCommand.Build(console, globals),
            LauncherRunsCommand.Build(console, globals),
            LogCommands.BuildForLaunch(console, globals),
            LauncherCancelCommand.Build(console, globals),
            LauncherAuditCommand.Build(console, globals),
            SiloCommand.Build(console, "doctor", "Check policy, key and provider, on the silo's machine, and launch nothing"),
            SiloCommand.Build(console, "try", "Show the launcher at work, on the silo's machine, at no provider"),
        };

    /// <summary>The argument that names a launch.</summary>
    public static Argument<string> CreateLaunchArgument() => OptionFactory.CreateArgument("LAUNCH_ID", "The launch, by the id that runs shows");

    /// <summary>A launch on one line.</summary>
    public static string FormatLine(LaunchInfo launch)
    {
        var state = launch.Verdict is { } verdict ? $"{verdict}{(launch.ExitCode is { } code ? $" {code}" : "")}" : launch.State;
        return string.Join(
            "  ", launch.Id, state.PadRight(10), UtcFormat.Format(launch.CreatedAt), launch.CommitHash, launch.CredentialId, FormatMoney(launch.Cost));
    }

    public static string FormatMoney(decimal amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);
}
