using System.CommandLine;
using OrleansHybrid.Contracts.Sealing;
using static OrleansHybrid.Cli.Configuration.Flags;

namespace OrleansHybrid.Cli.Configuration;

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
    public EncryptionKey? Read(ParseResult parsed, Shell shell) =>
        Given(parsed, shell) is var (source, text) ? Parse(source, text) : null;

    /// <summary>The key, which this command can't do without.</summary>
    public EncryptionKey Require(ParseResult parsed, Shell shell) => Read(parsed, shell) ?? throw Missing();

    /// <summary>The id of the key, which may also be a runner's: a private RSA key, whose id is that of its public half.</summary>
    public string RequireId(ParseResult parsed, Shell shell)
    {
        var (source, text) = Given(parsed, shell) ?? throw Missing();
        if (!text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            using var key = Parse(source, text);
            return key.Id;
        }

        if (!DecryptionKeys.TryParse(text, out var keys, out var problem))
        {
            throw new CliException(ExitCodes.Configuration, $"{source}: {problem}");
        }

        using (keys)
        {
            return keys.Ids is [var id] ? id : throw new CliException(
                ExitCodes.Configuration, $"{source}: it holds {keys.Ids.Count} keys, {string.Join(", ", keys.Ids)}: give one");
        }
    }

    private (string Source, string Text)? Given(ParseResult parsed, Shell shell)
    {
        if (parsed.GetValue(_key) is { } argument)
        {
            shell.Say(
                "warning: a key on the command line can be read by every user of this machine; "
                + $"--encryption-key-file and {Variable} keep it to yourself");
            return ("--encryption-key", argument);
        }

        if (parsed.GetValue(_file) is { } path)
        {
            return (path, shell.ReadText(path));
        }

        return shell.Variable(Variable) is { } value ? (Variable, value) : null;
    }

    private static CliException Missing() => new(
        ExitCodes.Configuration, $"no key: give --encryption-key-file, or set {Variable}; `hybrid keygen` makes a good one");

    private static EncryptionKey Parse(string source, string text) =>
        EncryptionKey.TryParse(text, out var key, out var problem)
            ? key
            : throw new CliException(ExitCodes.Configuration, $"{source}: {problem}");
}
