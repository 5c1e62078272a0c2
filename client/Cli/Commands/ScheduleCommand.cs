using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Primitives.Text;
using static OrleansHybrid.Cli.Configuration.OptionFactory;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid worker schedule [--run-every S | --cron LINE] CODE</c></summary>
internal sealed class ScheduleCommand(CliConsole console, GlobalOptions globals)
{
    private readonly Option<string> _cluster = CreateOption<string>("cluster", "Cluster to run on, id or name", "CLUSTER");
    private readonly Option<string> _payload = CreateOption<string>(
        "payload", "Text that the program finds in $PAYLOAD_FILE ({})", "TEXT");

    private readonly Option<string> _payloadFile = CreateOption<string>("payload-file", "File with that text, - for stdin", "FILE");
    private readonly Option<int?> _priority = CreatePriority("priority", "0, 1 or 2; higher runs first");
    private readonly Option<int?> _timeout = CreateNumber("timeout", "How long each task may run", "SECONDS", min: 1);
    private readonly Option<int?> _delay = CreateNumber(
        "delay", "How long to wait for the first run, ten years at most", "SECONDS", min: 0, max: 315_360_000);

    private readonly Option<int?> _concurrency = CreateNumber(
        "max-concurrency", "Skip a run while so many of its tasks have not ended", "N", min: 0);

    private readonly Option<int?> _runTimes = CreateNumber("run-times", "How often to run", "N", min: 0);
    private readonly Option<int?> _runEvery = CreateNumber("run-every", "How long from one run to the next, 60 at least", "SECONDS", min: 60);
    private readonly Option<DateTimeOffset?> _startAt = CreateTime("start-at", "When to run first");
    private readonly Option<DateTimeOffset?> _endAt = CreateTime("end-at", "When to end");
    private readonly Option<string> _cron = CreateOption<string>(
        "cron", "When to run: minute, hour, day of month, month, day of week", "LINE");

    private readonly Option<string> _timezone = CreateOption<string>("timezone", "Where that is the time, such as Europe/Berlin", "ZONE");
    private readonly Option<string> _label = CreateOption<string>("label", "Text by which its tasks can be listed", "TEXT");
    private readonly Option<string[]> _require = CreateRequiredLabels();
    private readonly Option<string> _name = CreateOption<string>("name", "A name, for people", "NAME");
    private readonly SealOptions _seals = new();
    private readonly Argument<string> _code = CreateArgument("CODE", "Name of the code package");

    public static Command Build(CliConsole console, GlobalOptions globals) => new ScheduleCommand(console, globals).Build();

    private Command Build()
    {
        var command = new Command("schedule", "Queue a task later, or again and again")
        {
            _cluster, _payload, _payloadFile, _priority, _timeout, _delay, _concurrency, _runTimes, _runEvery, _startAt,
            _endAt, _cron, _timezone, _label, _require, _name, _code,
        };
        _seals.AddTo(command);
        command.MakeExclusive(_payload, _payloadFile);
        command.MakeExclusive(_runEvery, _cron);
        command.SetAction(ScheduleAsync);
        return command;
    }

    private async Task ScheduleAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var settings = globals.ResolveSettings(parsed, console).RequireProject();
        using var key = _seals.Read(parsed, console);
        using var client = settings.CreateClient(console, globals.Verbose(parsed), key, _seals.Mode(parsed));
        var id = await client.Schedules.CreateAsync(Schedule(parsed, settings.Cluster), cancellationToken);
        if (!globals.TryWriteJson(parsed, console, new ScheduleRef { Id = id }, IronJson.Default.ScheduleRef))
        {
            console.Out.Write($"{TerminalTextSanitizer.OneLine(id)}\n");
        }
    }

    private NewSchedule Schedule(ParseResult parsed, string? defaultCluster) => new()
    {
        CodeName = parsed.GetRequiredValue(_code),
        Cluster = parsed.GetValue(_cluster) ?? defaultCluster,

        // The API accepts no empty payload; the published command line sends this instead, too.
        Payload = parsed.GetValue(_payloadFile) is { } path
            ? console.ReadText(path)
            : parsed.GetValue(_payload) is { Length: > 0 } text ? text : "{}",
        Priority = parsed.GetValue(_priority),
        Timeout = parsed.GetValue(_timeout),
        Delay = parsed.GetValue(_delay),
        MaxConcurrency = parsed.GetValue(_concurrency),
        RunTimes = parsed.GetValue(_runTimes),
        RunEvery = parsed.GetValue(_runEvery),
        StartAt = parsed.GetValue(_startAt),
        EndAt = parsed.GetValue(_endAt),
        Cron = parsed.GetValue(_cron),
        Timezone = parsed.GetValue(_timezone),
        Label = parsed.GetValue(_label),
        RequiredLabels = parsed.GetRequiredLabels(_require),
        Name = parsed.GetValue(_name),
        NotAfter = _seals.NotAfter(parsed),
    };
}
