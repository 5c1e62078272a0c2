using System.CommandLine;
using System.CommandLine.Help;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;

namespace OrleansHybrid.Cli.Commands;

/// <summary>The tree of commands.</summary>
internal static class HybridCommand
{
    public static Command Build(Shell shell)
    {
        var globals = new GlobalOptions();
        var root = new Command("hybrid", "Queue tasks at a control plane, and run them on your own hardware.")
        {
            new Command("cluster", "Clusters: where tasks run")
            {
                ClusterCreateCommand.Build(shell, globals),
                ClusterTokenCommands.Build(shell, globals),
                ClusterRunnerCommands.Build(shell, globals),
            },
            new Command("worker", "Code packages and their tasks")
            {
                UploadCommand.Build(shell, globals),
                QueueCommand.Build(shell, globals),
                StatusCommand.Build(shell, globals),
                LogCommand.Build(shell, globals),
                CancelCommand.Build(shell, globals),
                ScheduleCommand.Build(shell, globals),
                SchedulesCommand.Build(shell, globals),
                ScheduleCancelCommand.Build(shell, globals),
            },
            new Command("docker", "Container registries")
            {
                LoginCommand.Build(shell, globals),
            },
            LauncherCommand.Build(shell, globals),
            KeygenCommand.Build(shell, globals),
            new Command("key", "Keys that payloads are sealed with")
            {
                KeyIdCommand.Build(shell, globals),
            },
            new HelpOption("--help", "-help", "-h") { Action = new HelpText(shell) },
            new VersionOption(),
        };
        globals.AddTo(root);
        return root;
    }
}
