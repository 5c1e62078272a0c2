using System.CommandLine;
using System.CommandLine.Help;
using OrleansHybrid.Cli.Configuration;

namespace OrleansHybrid.Cli.Commands;

/// <summary>The tree of commands.</summary>
internal static class HybridCommand
{
    public static Command Build(CliConsole console)
    {
        var globals = new GlobalOptions();
        var root = new Command("hybrid", "Queue tasks at a control plane, and run them on your own hardware.")
        {
            new Command("cluster", "Clusters: where tasks run")
            {
                ClusterCreateCommand.Build(console, globals),
                ClusterTokenCommands.Build(console, globals),
                ClusterRunnerCommands.Build(console, globals),
            },
            new Command("worker", "Code packages and their tasks")
            {
                UploadCommand.Build(console, globals),
                QueueCommand.Build(console, globals),
                StatusCommand.Build(console, globals),
                LogCommands.BuildForTask(console, globals),
                CancelCommands.BuildForTask(console, globals),
                ScheduleCommand.Build(console, globals),
                SchedulesCommand.Build(console, globals),
                CancelCommands.BuildForSchedule(console, globals),
            },
            new Command("docker", "Container registries")
            {
                LoginCommand.Build(console, globals),
            },
            LauncherCommand.Build(console, globals),
            KeygenCommand.Build(console, globals),
            new Command("key", "Keys that payloads are sealed with")
            {
                KeyIdCommand.Build(console, globals),
            },
            new HelpOption("--help", "-help", "-h") { Action = new HelpPrinter("hybrid") },
            new VersionOption(),
        };
        globals.AddTo(root);
        return root;
    }
}
