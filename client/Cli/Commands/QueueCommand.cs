using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Primitives.Text;
using static OrleansHybrid.Cli.Configuration.OptionFactory;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid worker queue [--cluster C] [--wait] CODE</c></summary>
internal sealed class QueueCommand(CliConsole console, GlobalOptions globals)
{
    private readonly Option<string> _cluster = CreateOption<string>("cluster", "Cluster to run on, id or name", "CLUSTER");
    private readonly Option<string> _payload = CreateOption<string>(
        "payload", "Text that the program finds in $PAYLOAD_FILE", "TEXT");

    private readonly Option<string> _payloadFile = CreateOption<string>(
        "payload-file", "File with that text, - for stdin", "FILE");

    private readonly Option<int?> _priority = CreatePriority("priority", "0, 1 or 2; higher runs first");
    private readonly Option<int?> _timeout = CreateNumber("timeout", "How long it may run", "SECONDS", min: 1);
    private readonly Option<int?> _delay = CreateDelay("delay", "How long to hold it back, a week at most");
    private readonly Option<string> _title = CreateOption<string>("title", "A line that says what it is about", "TEXT");
    private readonly Option<string> _label = CreateOption<string>("label", "Text by which it can be listed", "TEXT");
    private readonly Option<string[]> _require = CreateRequiredLabels();
    private readonly Option<int?> _count = CreateNumber("n", "How many tasks to queue", "COUNT", min: 1);
    private readonly SealOptions _seals = new();
    private readonly Option<bool> _wait = CreateOption<bool>(
        "wait", "Print the log as it comes, and end with the task's exit code");

    private readonly Option<bool> _raw = CreateOption<bool>("raw", "Leave control characters in a log that goes to a terminal");
    private readonly Argument<string> _code = CreateArgument("CODE", "Name of the code package");

    public static Command Build(CliConsole console, GlobalOptions globals) => new QueueCommand(console, globals).Build();

    private Command Build()
    {
        var command = new Command("queue", "Queue a task")
        {
            _cluster, _payload, _payloadFile, _priority, _timeout, _delay, _title, _label, _require, _count, _wait, _raw, _code,
        };
        _seals.AddRunsTo(command);
        _seals.AddTo(command);
        command.MakeExclusive(_payload, _payloadFile);
        command.SetAction(QueueAsync);
        return command;
    }

    private async Task<int> QueueAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = globals.ResolveSettings(parsed, console).RequireProject();
        using var key = _seals.Read(parsed, console);
        using var client = settings.CreateClient(console, globals.Verbose(parsed), key, _seals.Mode(parsed));
        var task = Task(parsed, settings.Cluster);
        var ids = await client.Tasks.EnqueueAsync(
            [.. Enumerable.Repeat(task, parsed.GetValue(_count) ?? 1)], cancellationToken);
        if (parsed.GetValue(_wait))
        {
            var waiting = new TaskWaiter(console, client.Tasks, globals.Json(parsed), parsed.GetValue(_raw));
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
            ? console.ReadText(path)
            : parsed.GetValue(_payload) ?? "",
        Priority = parsed.GetValue(_priority),
        Timeout = parsed.GetValue(_timeout),
        Delay = parsed.GetValue(_delay),
        Label = parsed.GetValue(_label),
        Title = parsed.GetValue(_title),
        RequiredLabels = parsed.GetRequiredLabels(_require),
        Runs = _seals.Runs(parsed),
        NotAfter = _seals.NotAfter(parsed),
    };

    private void Print(IReadOnlyList<string> ids, bool json)
    {
        if (json)
        {
            console.Out.WriteJson(
                new QueueOutput([.. ids.Select(id => new TaskRef { Id = id })]), CliJson.Default.QueueOutput);
            return;
        }

        foreach (var id in ids)
        {
            console.Out.Write($"{TerminalTextSanitizer.OneLine(id)}\n");
        }
    }
}
