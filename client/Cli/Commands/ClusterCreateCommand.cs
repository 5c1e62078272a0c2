using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Runners;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid cluster create NAME</c></summary>
internal static class ClusterCreateCommand
{
    public static Command Build(Shell shell, GlobalOptions globals)
    {
        var name = Flags.Word("NAME", "Its name, for people");
        var command = new Command("create", "Create a cluster, and show how to start runners for it") { name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.Open(parsed, shell);
            var created = await client.Clusters.CreateAsync(
                new NewCluster { Name = parsed.GetRequiredValue(name) }, cancellationToken);
            Print(shell, created, globals.Json(parsed));
        });
        return command;
    }

    private static void Print(Shell shell, ClusterInfo created, bool json)
    {
        var token = created.Token ?? "";
        var run = RunnerCommand.Docker(created.Id, token);
        if (json)
        {
            shell.Out.WriteJson(
                new ClusterDocument(created.Id, created.Name, token, run), CliJson.Default.ClusterDocument);
            return;
        }

        shell.Out.WriteLines(("Id", created.Id), ("Token", token), ("Run", run));
        shell.Say("the token is a secret: whoever has it can run this cluster's tasks");
    }
}
