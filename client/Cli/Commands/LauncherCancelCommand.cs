using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Contracts.Launcher;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid launcher cancel LAUNCH_ID</c></summary>
internal static class LauncherCancelCommand
{
    public static Command Build(CliConsole console, GlobalOptions globals)
    {
        var id = LauncherCommand.CreateLaunchArgument();
        var command = new Command("cancel", "Order a launch to stop; does nothing to one that has ended") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateClient(parsed, console);
            var launch = await client.Launcher.CancelAsync(parsed.GetRequiredValue(id), cancellationToken);
            if (!globals.TryWriteJson(parsed, console, launch, LauncherJson.Default.LaunchInfo))
            {
                console.WriteMessage(launch.Verdict is { } verdict
                    ? $"launch {launch.Id} has ended: {verdict}"
                    : $"launch {launch.Id} is ordered to stop; `hybrid launcher log --follow {launch.Id}` ends when it has");
            }
        });
        return command;
    }
}
