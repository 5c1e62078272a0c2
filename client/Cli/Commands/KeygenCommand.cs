using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Orleans.Hybrid.Cli.Configuration;
using Orleans.Hybrid.Cli.Output;

namespace Orleans.Hybrid.Cli.Commands;

/// <summary><c>hybrid keygen</c></summary>
internal static class KeygenCommand
{
    public static Command Build(Shell shell, GlobalOptions globals)
    {
        var bits = Flags.Flag<string>("bits", "Length of the key: 128 (as published clients use), 192 or 256", "BITS")
            .AcceptOnlyFromAmong("128", "192", "256");
        bits.DefaultValueFactory = _ => "128";
        var command = new Command("keygen", "Make a key that seals payloads, for queueing and for runners") { bits };
        command.SetAction(parsed =>
        {
            var length = int.Parse(parsed.GetRequiredValue(bits), CultureInfo.InvariantCulture);
            var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(length / 8));
            if (globals.Json(parsed))
            {
                shell.Out.WriteJson(new KeyDocument(key, length), CliJson.Default.KeyDocument);
                return;
            }

            shell.Out.Write($"{key}\n");
        });
        return command;
    }
}
