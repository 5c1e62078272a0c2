using System.CommandLine;
using OrleansHybrid.Contracts.Sealing;
using static OrleansHybrid.Cli.Configuration.OptionFactory;

namespace OrleansHybrid.Cli.Configuration;

/// <summary>Where the key that seals payloads comes from; it never leaves this process.</summary>
internal sealed class KeyOptions
{
    private const string VariableName = "HYBRID_ENCRYPTION_KEY";

    private readonly Option<string> _key = CreateOption<string>(
        "encryption-key", $"Key in hex, or public RSA key in PEM ({VariableName})", "KEY");

    private readonly Option<string> _file = CreateOption<string>(
        "encryption-key-file", "File with that key, - for stdin", "FILE");

    public void AddTo(Command command)
    {
        command.Add(_key);
        command.Add(_file);
        command.MakeExclusive(_key, _file);
    }

    /// <summary>The key; null when none was given.</summary>
    public EncryptionKey? Read(ParseResult parsed, CliConsole console) =>
        FindText(parsed, console) is var (source, text) ? Parse(source, text) : null;

    /// <summary>The key, which this command can't do without.</summary>
    public EncryptionKey Require(ParseResult parsed, CliConsole console) => Read(parsed, console) ?? throw Missing();

    /// <summary>The id of the key, which may also be a runner's: a private RSA key, whose id is that of its public half.</summary>
    public string RequireId(ParseResult parsed, CliConsole console)
    {
        var (source, text) = FindText(parsed, console) ?? throw Missing();
        if (!text.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            using var key = Parse(source, text);
            return key.Id;
        }

        if (!DecryptionKeys.TryParse(text, out var keys, out var problem))
        {
            throw new CliException(ExitCodes.ConfigError, $"{source}: {problem}");
        }

        using (keys)
        {
            return keys.Ids is [var id] ? id : throw new CliException(
                ExitCodes.ConfigError, $"{source}: it holds {keys.Ids.Count} keys, {string.Join(", ", keys.Ids)}: give one");
        }
    }

    private (string Source, string Text)? FindText(ParseResult parsed, CliConsole console)
    {
        if (parsed.GetValue(_key) is { } argument)
        {
            console.WriteMessage(
                "warning: a key on the command line can be read by every user of this machine; "
                + $"--encryption-key-file and {VariableName} keep it to yourself");
            return ("--encryption-key", argument);
        }

        if (parsed.GetValue(_file) is { } path)
        {
            return (path, console.ReadText(path));
        }

        return console.GetVariable(VariableName) is { } value ? (VariableName, value) : null;
    }

    private static CliException Missing() => new(
        ExitCodes.ConfigError, $"no key: give --encryption-key-file, or set {VariableName}; `hybrid keygen` makes a good one");

    private static EncryptionKey Parse(string source, string text) =>
        EncryptionKey.TryParse(text, out var key, out var problem)
            ? key
            : throw new CliException(ExitCodes.ConfigError, $"{source}: {problem}");
}
