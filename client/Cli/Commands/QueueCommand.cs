using System.CommandLine;
using Orleans.Hybrid.Cli.Configuration;
using Orleans.Hybrid.Cli.Output;
using Orleans.Hybrid.Contracts.Iron;
using static Orleans.Hybrid.Cli.Configuration.Flags;

namespace Orleans.Hybrid.Cli.Commands;

/// <summary><c>hybrid worker queue [--cluster C] [--wait] CODE</c></summary>
internal static class QueueCommand
{
    public static Command Build(Shell shell, GlobalOptions globals)
    {
        var cluster = Flag<string>("cluster", "Cluster to run on, id or name", "CLUSTER");
        var payload = Flag<string>("payload", "Text that the program finds in $PAYLOAD_FILE", "TEXT");
        var payloadFile = Flag<string>("payload-file", "File with that text, - for stdin", "FILE");
        var priority = Number("priority", "0, 1 or 2; higher runs first", "N");
        var timeout = Number("timeout", "How long it may run", "SECONDS");
        var delay = Number("delay", "How long to hold it back", "SECONDS");
        var label = Flag<string>("label", "Text by which it can be listed", "TEXT");
        var count = Number("n", "How many tasks to queue", "COUNT", least: 1);
        var wait = Flag<bool>("wait", "Wait for the end, print the log, and end with the task's exit code");
        var raw = Flag<bool>("raw", "Leave control characters in a log that goes to a terminal");
        var keys = new KeyOptions();
        var code = Word("CODE", "Name of the code package");
        var command = new Command("queue", "Queue a task")
        {
            cluster, payload, payloadFile, priority, timeout, delay, label, count, wait, raw, code,
        };
        keys.AddTo(command);
        command.Exclude(payload, payloadFile);
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = globals.Settings(parsed, shell).ForProject();
            using var key = keys.Read(parsed, shell);
            using var client = settings.Open(shell, key, globals.Verbose(parsed));
            var task = new NewTask
            {
                CodeName = parsed.GetRequiredValue(code),
                Cluster = parsed.GetValue(cluster) ?? settings.Cluster,
                Payload = (parsed.GetValue(payloadFile) is { } path ? shell.ReadText(path) : parsed.GetValue(payload)) ?? "",
                Priority = parsed.GetValue(priority),
                Timeout = parsed.GetValue(timeout),
                Delay = parsed.GetValue(delay),
                Label = parsed.GetValue(label),
            };
            var ids = await client.Tasks.QueueAsync(
                [.. Enumerable.Repeat(task, parsed.GetValue(count) ?? 1)], cancel);
            if (parsed.GetValue(wait))
            {
                var waiting = new TaskWaiting(shell, client.Tasks, globals.Json(parsed), parsed.GetValue(raw));
                return await waiting.RunAsync(ids, cancel);
            }

            Print(shell, ids, globals.Json(parsed));
            return 0;
        });
        return command;
    }

    private static void Print(Shell shell, IReadOnlyList<string> ids, bool json)
    {
        if (json)
        {
            shell.Out.WriteJson(
                new QueuedDocument([.. ids.Select(id => new TaskRef { Id = id })]), CliJson.Default.QueuedDocument);
            return;
        }

        foreach (var id in ids)
        {
            shell.Out.Write($"{ControlFilter.OneLine(id)}\n");
        }
    }
}
