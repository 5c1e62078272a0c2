using System.CommandLine;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid key id [--encryption-key-file FILE]</c></summary>
internal static class KeyIdCommand
{
    public static Command Build(CliConsole console, GlobalOptions globals)
    {
        var keys = new KeyOptions();
        var command = new Command(
            "id", "Show the id of a key, also of a private RSA key; it is no secret: runners show theirs on the cluster's page");
        keys.AddTo(command);
        command.SetAction(parsed =>
        {
            var id = keys.RequireId(parsed, console);
            if (!globals.TryWriteJson(parsed, console, new KeyIdOutput(id), CliJson.Default.KeyIdOutput))
            {
                console.Out.Write($"{id}\n");
            }
        });
        return command;
    }
}
