using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Primitives.Text;
using static OrleansHybrid.Cli.Configuration.Flags;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid cluster runner list|pause|resume|drain</c>: who is connected, and orders to them.</summary>
internal static class ClusterRunnerCommands
{
    public static Command Build(Shell shell, GlobalOptions globals) =>
        new("runner", "A cluster's connected runners")
        {
            List(shell, globals),
            Order(shell, globals, "pause", "Have runners keep what they have, and take nothing until they are resumed",
                "paused", (clusters, id, runners, cancellationToken) => clusters.PauseAsync(id, runners, cancellationToken)),
            Order(shell, globals, "resume", "Let paused runners take tasks again",
                "resumed", (clusters, id, runners, cancellationToken) => clusters.ResumeAsync(id, runners, cancellationToken)),
            Order(shell, globals, "drain", "Have runners finish what they have, and end",
                "draining", (clusters, id, runners, cancellationToken) => clusters.TerminateAsync(id, runners, cancellationToken)),
        };

    private static Command List(Shell shell, GlobalOptions globals)
    {
        var cluster = Cluster();
        var command = new Command("list", "List the runners: state, slots in use, name and labels") { cluster };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.Open(parsed, shell);
            var stats = await client.Clusters.StatsAsync(parsed.GetRequiredValue(cluster), cancellationToken);
            RunnerRow[] rows = [.. stats.Instances.Select(Row)];
            if (globals.Json(parsed))
            {
                shell.Out.WriteJson(new RunnersDocument(rows), CliJson.Default.RunnersDocument);
                return;
            }

            foreach (var row in rows)
            {
                var line = $"{row.Id}  {row.State,-8}  {row.SlotsInUse} of {row.Slots}  {row.Name}  {string.Join(", ", row.Labels)}"
                    + (row.State == "lost" ? $"  last heard of {row.LastSeen}" : "");
                shell.Out.Write(TerminalTextSanitizer.OneLine(line.TrimEnd()) + "\n");
            }
        });
        return command;
    }

    private static Command Order(
        Shell shell,
        GlobalOptions globals,
        string verb,
        string description,
        string done,
        Func<ClusterCalls, string, IReadOnlyList<string>, CancellationToken, Task> order)
    {
        var cluster = Cluster();
        var runners = new Argument<string[]>("RUNNER_ID")
        {
            Description = "The runners, by the ids that list shows",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command(verb, description) { cluster, runners };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = globals.Open(parsed, shell);
            var ids = parsed.GetRequiredValue(runners);
            await order(client.Clusters, parsed.GetRequiredValue(cluster), ids, cancellationToken);
            if (globals.Json(parsed))
            {
                shell.Out.WriteJson(new OrderedDocument(ids, done), CliJson.Default.OrderedDocument);
                return;
            }

            shell.Say($"{string.Join(", ", ids)}: {done}");
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
        runner.UpdatedAt is { } heard ? UtcText.Of(heard) : "");

    private static Argument<string> Cluster() => Word("CLUSTER_ID", "The cluster");
}
