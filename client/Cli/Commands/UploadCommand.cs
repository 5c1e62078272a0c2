using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;
using static OrleansHybrid.Cli.Configuration.OptionFactory;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid worker upload --name NAME IMAGE [COMMAND…]</c></summary>
internal sealed class UploadCommand(CliConsole console, GlobalOptions globals)
{
    private readonly Option<string> _name = CreateOption<string>("name", "Name of the code package", "NAME");
    private readonly Option<string> _zip = CreateOption<string>("zip", "Files for the task's folder", "FILE");
    private readonly Option<string> _config = CreateOption<string>(
        "config", "Text that the program finds in $CONFIG_FILE", "TEXT");

    private readonly Option<string> _configFile = CreateOption<string>(
        "config-file", "File with that text, - for stdin", "FILE");

    private readonly Option<int?> _concurrency = CreateNumber(
        "max-concurrency", "How many tasks may run at once", "N", min: 0);

    private readonly Option<int?> _retries = CreateNumber(
        "retries", "How often a failed task is tried again, up to 10", "N", min: 0, max: 10);

    private readonly Option<int?> _retriesDelay = CreateDelay(
        "retries-delay", "How long to wait before that, a week at most");

    private readonly Option<int?> _priority = CreatePriority(
        "default-priority", "Priority of tasks that name none: 0, 1 or 2");

    private readonly Option<string[]> _variables = CreateOption<string[]>(
        "env-vars", "Environment variable of the program, may be repeated", "KEY=VALUE", "e");

    private readonly Option<string[]> _require = CreateRequiredLabels();

    private readonly Option<bool> _sign = CreateOption<bool>(
        "sign", "Sign it with the hex key, for runners with REQUIRE_SIGNED=1; the image is named by digest");

    private readonly Option<bool> _noInit = CreateOption<bool>(
        "no-init", "Start the program as process 1 of its container, for images that must be, such as those with systemd or s6");

    private readonly KeyOptions _keys = new();
    private readonly Argument<string> _image = CreateArgument("IMAGE", "Container image");
    private readonly Argument<string[]> _command = new("COMMAND")
    {
        Description = "Command to run in it, instead of the image's own; all that follows belongs to it",
        Arity = ArgumentArity.ZeroOrMore,
        CaptureRemainingTokens = true,
    };

    public static Command Build(CliConsole console, GlobalOptions globals) => new UploadCommand(console, globals).Build();

    private Command Build()
    {
        _name.Required = true;
        var command = new Command("upload", "Create a code package, or a new revision of it")
        {
            _name, _zip, _config, _configFile, _concurrency, _retries, _retriesDelay, _priority, _variables,
            _require, _noInit, _sign, _image, _command,
        };
        _keys.AddTo(command);
        command.MakeExclusive(_config, _configFile);
        command.SetAction(UploadAsync);
        return command;
    }

    // It would become a part of the program's command line, and the code package would lack what was meant.
    private void RejectOptionAfterImage(ParseResult parsed)
    {
        if (parsed.GetValue(_command) is not [['-', ..] first, ..] || parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash))
        {
            return;
        }

        var name = first.Split('=')[0];
        var known = parsed.CommandResult.Command.Options.Concat(parsed.RootCommandResult.Command.Options);
        if (known.Any(option => option.Name == name || option.Aliases.Contains(name)))
        {
            throw new CliException(
                ExitCodes.UsageError,
                $"{name} stands after the image, where all belongs to the program's command: put it before the image, or write "
                + "-- in front of the command if it is for the program");
        }
    }

    private async Task UploadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        RejectOptionAfterImage(parsed);
        var code = Code(parsed);
        ReadOnlyMemory<byte>? zip = parsed.GetValue(_zip) is { } path ? console.ReadFile(path) : null;
        code = parsed.GetValue(_sign) ? Signed(code, zip, parsed) : code;
        using var client = globals.CreateProjectClient(parsed, console);
        var answer = await client.Codes.UploadAsync(code, zip, cancellationToken);
        if (!globals.TryWriteJson(parsed, console, new UploadOutput(answer.Id, code.Name, answer.Rev), CliJson.Default.UploadOutput))
        {
            console.Out.WriteLines(
                ("Code", code.Name), ("Id", answer.Id), ("Revision", answer.Rev.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private NewCode Code(ParseResult parsed) => new()
    {
        Name = parsed.GetRequiredValue(_name),
        Image = parsed.GetRequiredValue(_image),
        Command = JoinCommand(parsed.GetValue(_command) ?? []),
        Config = parsed.GetValue(_configFile) is { } path ? console.ReadText(path) : parsed.GetValue(_config),
        MaxConcurrency = parsed.GetValue(_concurrency),
        Retries = parsed.GetValue(_retries),
        RetriesDelay = parsed.GetValue(_retriesDelay),
        DefaultPriority = parsed.GetValue(_priority),
        RequiredLabels = parsed.GetRequiredLabels(_require),
        Init = parsed.GetValue(_noInit) ? false : null,
        EnvVars = Variables(parsed.GetValue(_variables) ?? []),
    };

    private NewCode Signed(NewCode code, ReadOnlyMemory<byte>? zip, ParseResult parsed)
    {
        using var key = _keys.Require(parsed, console);
        try
        {
            return code.WithSignature(zip, key);
        }
        catch (ArgumentException ex)
        {
            throw new CliException(ExitCodes.ConfigError, ex.Message);
        }
    }

    // A single word is a whole command line, as the old command lines took it; several are kept apart as the shell gave them.
    private static string? JoinCommand(string[] words) => words switch
    {
        [] => null,
        [var line] => line,
        _ => ShellWords.Join(words),
    };

    private static Dictionary<string, string>? Variables(string[] pairs)
    {
        var variables = new Dictionary<string, string>();
        foreach (var pair in pairs)
        {
            var cut = pair.IndexOf('=', StringComparison.Ordinal);
            var name = cut > 0 ? pair[..cut] : throw new CliException(ExitCodes.UsageError, $"{pair} is not KEY=VALUE");
            variables[name] = pair[(cut + 1)..];
        }

        return variables.Count > 0 ? variables : null;
    }
}
