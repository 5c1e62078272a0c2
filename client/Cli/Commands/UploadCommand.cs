using System.CommandLine;
using System.Globalization;
using Orleans.Hybrid.Cli.Configuration;
using Orleans.Hybrid.Cli.Output;
using Orleans.Hybrid.Contracts.Iron;
using static Orleans.Hybrid.Cli.Configuration.Flags;

namespace Orleans.Hybrid.Cli.Commands;

/// <summary><c>hybrid worker upload --name NAME IMAGE [COMMAND…]</c></summary>
internal static class UploadCommand
{
    public static Command Build(Shell shell, GlobalOptions globals)
    {
        var name = Flag<string>("name", "Name of the code package", "NAME");
        name.Required = true;
        var zip = Flag<string>("zip", "Files for the task's folder", "FILE");
        var config = Flag<string>("config", "Text that the program finds in $CONFIG_FILE", "TEXT");
        var configFile = Flag<string>("config-file", "File with that text, - for stdin", "FILE");
        var concurrency = Number("max-concurrency", "How many tasks may run at once", "N", least: 0);
        var retries = Number("retries", "How often a failed task is tried again, up to 10", "N", least: 0);
        var retriesDelay = Number("retries-delay", "How long to wait before that", "SECONDS", least: 0);
        var priority = Number("default-priority", "Priority of tasks that name none: 0, 1 or 2", "N");
        var variables = Flag<string[]>("env-vars", "Environment variable of the program, may be repeated", "KEY=VALUE", "e");
        var image = Word("IMAGE", "Container image");
        var words = new Argument<string[]>("COMMAND")
        {
            Description = "Command to run in it, instead of the image's own; all that follows belongs to it",
            Arity = ArgumentArity.ZeroOrMore,
            CaptureRemainingTokens = true,
        };
        var command = new Command("upload", "Create a code package, or a new revision of it")
        {
            name, zip, config, configFile, concurrency, retries, retriesDelay, priority, variables, image, words,
        };
        command.Exclude(config, configFile);
        command.SetAction((parsed, cancel) => UploadAsync(
            shell,
            globals,
            parsed,
            new NewCode
            {
                Name = parsed.GetRequiredValue(name),
                Image = parsed.GetRequiredValue(image),
                Command = parsed.GetValue(words) is { Length: > 0 } given ? string.Join(' ', given) : null,
                Config = parsed.GetValue(configFile) is { } path ? shell.ReadText(path) : parsed.GetValue(config),
                MaxConcurrency = parsed.GetValue(concurrency),
                Retries = parsed.GetValue(retries),
                RetriesDelay = parsed.GetValue(retriesDelay),
                DefaultPriority = parsed.GetValue(priority),
                EnvVars = Variables(parsed.GetValue(variables) ?? []),
            },
            parsed.GetValue(zip),
            cancel));
        return command;
    }

    private static async Task UploadAsync(
        Shell shell, GlobalOptions globals, ParseResult parsed, NewCode code, string? zip, CancellationToken cancel)
    {
        ReadOnlyMemory<byte>? files = zip is null ? null : shell.ReadFile(zip);
        using var client = globals.Settings(parsed, shell).ForProject().Open(shell, key: null, globals.Verbose(parsed));
        var answer = await client.Codes.UploadAsync(code, files, cancel);
        if (globals.Json(parsed))
        {
            shell.Out.WriteJson(new CodeDocument(answer.Id, code.Name, answer.Rev), CliJson.Default.CodeDocument);
            return;
        }

        shell.Out.WriteLines(
            ("Code", code.Name), ("Id", answer.Id), ("Revision", answer.Rev.ToString(CultureInfo.InvariantCulture)));
    }

    private static Dictionary<string, string>? Variables(string[] pairs)
    {
        var variables = new Dictionary<string, string>();
        foreach (var pair in pairs)
        {
            var cut = pair.IndexOf('=', StringComparison.Ordinal);
            variables[cut > 0 ? pair[..cut] : throw new CliException(ExitCodes.Usage, $"{pair} is not KEY=VALUE")] =
                pair[(cut + 1)..];
        }

        return variables.Count > 0 ? variables : null;
    }
}
