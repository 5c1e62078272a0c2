using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Runners;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid cluster create NAME</c></summary>
internal static class ClusterCreateCommand
{
    public static Command Build(CliConsole console, GlobalOptions globals)
    {
        var name = OptionFactory.CreateArgument("NAME", "Its name, for people");
        var command = new Command("create", "Create a cluster, and show how to start runners for it") { name };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateClient(parsed, console);
            var created = await client.Clusters.CreateAsync(
                new NewCluster { Name = parsed.GetRequiredValue(name) }, cancellationToken);
            Print(console, created, globals.Json(parsed));
        });
        return command;
    }

    private static void Print(CliConsole console, ClusterInfo created, bool json)
    {
        var token = created.Token ?? "";
        var run = DockerRunCommand.Build(created.Id, token);
        if (json)
        {
            console.Out.WriteJson(
                new ClusterOutput(created.Id, created.Name, token, run), CliJson.Default.ClusterOutput);
            return;
        }

        console.Out.WriteLines(("Id", created.Id), ("Token", token), ("Run", run));
        console.WriteMessage("the token is a secret: anyone who has it can run this cluster's tasks");
    }
}
