using System.CommandLine;
using Orleans.Hybrid.Contracts.Sealing;
using static Orleans.Hybrid.Cli.Configuration.Flags;

namespace Orleans.Hybrid.Cli.Configuration;

/// <summary>Where the key that seals payloads comes from; it never leaves this process.</summary>
internal sealed class KeyOptions
{
    private const string Variable = "HYBRID_ENCRYPTION_KEY";

    private readonly Option<string> _key = Flag<string>(
        "encryption-key", $"Key in hex, or public RSA key in PEM ({Variable})", "KEY");

    private readonly Option<string> _file = Flag<string>(
        "encryption-key-file", "File with that key, - for stdin", "FILE");

    public void AddTo(Command command)
    {
        command.Add(_key);
        command.Add(_file);
        command.Exclude(_key, _file);
    }

    /// <summary>The key; null when none was given.</summary>
    public EncryptionKey? Read(ParseResult parsed, Shell shell)
    {
        if (parsed.GetValue(_key) is { } argument)
        {
            shell.Say(
                "warning: a key on the command line can be read by every user of this machine; "
                + $"--encryption-key-file and {Variable} keep it to yourself");
            return Parse("--encryption-key", argument);
        }

        if (parsed.GetValue(_file) is { } path)
        {
            return Parse(path, shell.ReadText(path));
        }

        return shell.Variable(Variable) is { } value ? Parse(Variable, value) : null;
    }

    /// <summary>The key, which this command can't do without.</summary>
    public EncryptionKey Require(ParseResult parsed, Shell shell) => Read(parsed, shell) ?? throw new CliException(
        ExitCodes.Configuration, $"no key: give --encryption-key-file, or set {Variable}; `hybrid keygen` makes a good one");

    private static EncryptionKey Parse(string source, string text) =>
        EncryptionKey.TryParse(text, out var key, out var problem)
            ? key
            : throw new CliException(ExitCodes.Configuration, $"{source}: {problem}");
}
