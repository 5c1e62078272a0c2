using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using OrleansHybrid.Cli.Configuration;
using OrleansHybrid.Cli.Output;
using OrleansHybrid.Contracts.Sealing;
using static OrleansHybrid.Cli.Configuration.OptionFactory;

namespace OrleansHybrid.Cli.Commands;

/// <summary><c>hybrid keygen [--rsa --out FOLDER]</c></summary>
internal sealed class KeygenCommand(CliConsole console, GlobalOptions globals)
{
    private readonly Option<string> _bits = CreateOption<string>(
        "bits", "Length of a hex key: 128 (as published clients use), 192 or 256", "BITS").AcceptOnlyFromAmong("128", "192", "256");

    private readonly Option<bool> _rsa = CreateOption<bool>(
        "rsa", "Make a pair of RSA keys: a private one for the runners, a public one for those who queue");

    private readonly Option<string> _out = CreateOption<string>("out", "Folder for that pair", "FOLDER");

    public static Command Build(CliConsole console, GlobalOptions globals) => new KeygenCommand(console, globals).Build();

    private Command Build()
    {
        var command = new Command("keygen", "Make a key that seals payloads, for queueing and for runners") { _bits, _rsa, _out };
        command.MakeExclusive(_bits, _rsa);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_rsa) is null != result.GetResult(_out) is null)
            {
                result.AddError("--rsa and --out go together: a pair is written to files");
            }
        });
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(_rsa))
            {
                MakePair(parsed);
            }
            else
            {
                MakeKey(parsed);
            }
        });
        return command;
    }

    private void MakeKey(ParseResult parsed)
    {
        var length = int.Parse(parsed.GetValue(_bits) ?? "128", CultureInfo.InvariantCulture);
        var key = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(length / 8));
        if (!globals.TryWriteJson(parsed, console, new KeyOutput(key, length), CliJson.Default.KeyOutput))
        {
            console.Out.Write($"{key}\n");
        }
    }

    private void MakePair(ParseResult parsed)
    {
        var (files, pem) = KeyPairFiles.CreatePair(Path.Combine(console.WorkingFolder, parsed.GetRequiredValue(_out)));
        using var key = EncryptionKey.TryParse(pem, out var made, out var problem) ? made : throw new UnreachableException(problem);
        if (!globals.TryWriteJson(parsed, console, new KeyPairOutput(key.Id, files.Private, files.Public), CliJson.Default.KeyPairOutput))
        {
            console.Out.WriteLines(
                ("Key id", key.Id), ("Private, for runners", files.Private), ("Public, for queueing", files.Public));
        }
    }
}
