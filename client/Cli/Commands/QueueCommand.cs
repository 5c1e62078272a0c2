using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Primitives.Text;
using static OrleansHybrid.Cli.Configuration.Flags;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid worker queue [--cluster C] [--wait] CODE</c></summary>
internal sealed class QueueCommand(Shell shell, GlobalOptions globals)
{
    private readonly Option<string> _cluster = Flag<string>("cluster", "Cluster to run on, id or name", "CLUSTER");
    private readonly Option<string> _payload = Flag<string>(
        "payload", "Text that the program finds in $PAYLOAD_FILE", "TEXT");

    private readonly Option<string> _payloadFile = Flag<string>(
        "payload-file", "File with that text, - for stdin", "FILE");

    private readonly Option<int?> _priority = Priority("priority", "0, 1 or 2; higher runs first");
    private readonly Option<int?> _timeout = Number("timeout", "How long it may run", "SECONDS", least: 1);
    private readonly Option<int?> _delay = Delay("delay", "How long to hold it back, a week at most");
    private readonly Option<string> _label = Flag<string>("label", "Text by which it can be listed", "TEXT");
    private readonly Option<string[]> _require = Require();
    private readonly Option<int?> _count = Number("n", "How many tasks to queue", "COUNT", least: 1);
    private readonly SealOptions _seals = new();
    private readonly Option<bool> _wait = Flag<bool>(
        "wait", "Print the log as it comes, and end with the task's exit code");

    private readonly Option<bool> _raw = Flag<bool>("raw", "Leave control characters in a log that goes to a terminal");
    private readonly Argument<string> _code = Word("CODE", "Name of the code package");

    public static Command Build(Shell shell, GlobalOptions globals) => new QueueCommand(shell, globals).Build();

    private Command Build()
    {
        var command = new Command("queue", "Queue a task")
        {
            _cluster, _payload, _payloadFile, _priority, _timeout, _delay, _label, _require, _count, _wait, _raw, _code,
        };
        _seals.AddRunsTo(command);
        _seals.AddTo(command);
        command.Exclude(_payload, _payloadFile);
        command.SetAction(QueueAsync);
        return command;
    }

    private async Task<int> QueueAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = globals.Settings(parsed, shell).ForProject();
        using var key = _seals.Read(parsed, shell);
        using var client = settings.Open(shell, globals.Verbose(parsed), key, _seals.Form(parsed));
        var task = Task(parsed, settings.Cluster);
        var ids = await client.Tasks.QueueAsync(
            [.. Enumerable.Repeat(task, parsed.GetValue(_count) ?? 1)], cancellationToken);
        if (parsed.GetValue(_wait))
        {
            var waiting = new TaskWaiting(shell, client.Tasks, globals.Json(parsed), parsed.GetValue(_raw));
            return await waiting.RunAsync(ids, cancellationToken);
        }

        Print(ids, globals.Json(parsed));
        return 0;
    }

    private NewTask Task(ParseResult parsed, string? defaultCluster) => new()
    {
        CodeName = parsed.GetRequiredValue(_code),
        Cluster = parsed.GetValue(_cluster) ?? defaultCluster,
        Payload = parsed.GetValue(_payloadFile) is { } path
            ? shell.ReadText(path)
            : parsed.GetValue(_payload) ?? "",
        Priority = parsed.GetValue(_priority),
        Timeout = parsed.GetValue(_timeout),
        Delay = parsed.GetValue(_delay),
        Label = parsed.GetValue(_label),
        RequiredLabels = parsed.Required(_require),
        Runs = _seals.Runs(parsed),
        NotAfter = _seals.NotAfter(parsed),
    };

    private void Print(IReadOnlyList<string> ids, bool json)
    {
        if (json)
        {
            shell.Out.WriteJson(
                new QueuedDocument([.. ids.Select(id => new TaskRef { Id = id })]), CliJson.Default.QueuedDocument);
            return;
        }

        foreach (var id in ids)
        {
            shell.Out.Write($"{TerminalTextSanitizer.OneLine(id)}\n");
        }
    }
}
