using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Primitives.Text;
using static OrleansHybrid.Cli.Configuration.OptionFactory;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid cluster runner list|pause|resume|drain</c>: who is connected, and commands to them.</summary>
internal static class ClusterRunnerCommands
{
    public static Command Build(CliConsole console, GlobalOptions globals) =>
        new("runner", "A cluster's connected runners")
        {
            List(console, globals),
            CommandRunners(console, globals, "pause", "Pause runners: they finish their tasks and claim no others until they are resumed",
                "paused", (clusters, id, runners, cancellationToken) => clusters.PauseAsync(id, runners, cancellationToken)),
            CommandRunners(console, globals, "resume", "Resume paused runners: they claim tasks again",
                "resumed", (clusters, id, runners, cancellationToken) => clusters.ResumeAsync(id, runners, cancellationToken)),
            CommandRunners(console, globals, "drain", "Have runners finish what they have, and end",
                "draining", (clusters, id, runners, cancellationToken) => clusters.TerminateAsync(id, runners, cancellationToken)),
        };

    private static Command List(CliConsole console, GlobalOptions globals)
    {
        var cluster = CreateClusterArgument();
        var command = new Command("list", "List the runners: state, slots in use, name and labels") { cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateClient(parsed, console);
            var stats = await client.Clusters.GetStatsAsync(parsed.GetRequiredValue(cluster), cancellationToken);
            RunnerRow[] rows = [.. stats.Instances.Select(Row)];
            if (!globals.TryWriteJson(parsed, console, new RunnerListOutput(rows), CliJson.Default.RunnerListOutput))
            {
                foreach (var row in rows)
                {
                    var line = $"{row.Id}  {row.State,-8}  {row.SlotsInUse} of {row.Slots}  {row.Name}  {string.Join(", ", row.Labels)}"
                        + (row.State == "lost" ? $"  last seen {row.LastSeen}" : "");
                    console.Out.Write(TerminalTextSanitizer.OneLine(line.TrimEnd()) + "\n");
                }
            }
        });
        return command;
    }

    private static Command CommandRunners(
        CliConsole console,
        GlobalOptions globals,
        string verb,
        string description,
        string done,
        Func<ClustersClient, string, IReadOnlyList<string>, CancellationToken, Task> send)
    {
        var cluster = CreateClusterArgument();
        var runners = new Argument<string[]>("RUNNER_ID")
        {
            Description = "The runners, by the ids that list shows",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(verb, description) { cluster, runners };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.CreateClient(parsed, console);
            var ids = parsed.GetRequiredValue(runners);
            await send(client.Clusters, parsed.GetRequiredValue(cluster), ids, cancellationToken);
            if (!globals.TryWriteJson(parsed, console, new RunnerCommandOutput(ids, done), CliJson.Default.RunnerCommandOutput))
            {
                console.WriteMessage($"{string.Join(", ", ids)}: {done}");
            }
        });
        return command;
    }

    private static RunnerRow Row(ClusterMachine runner) => new(
        runner.InstanceId,
        runner.Name ?? "",
        runner.Lost == true ? "lost" : runner.Type == "KILL" ? "draining" : runner.Paused == true ? "paused" : "active",
        runner.RunnersTotal,
        runner.SlotsUsed ?? 0,
        runner.Labels ?? [],
        runner.UpdatedAt is { } heard ? UtcFormat.Format(heard) : "");
}
