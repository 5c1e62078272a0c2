using System.CommandLine;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Sealing;
using static OrleansHybrid.Cli.Configuration.OptionFactory;

namespace OrleansHybrid.Cli.Configuration;

/// <summary>How payloads are sealed: the key, the form, and what an envelope is to say.</summary>
internal sealed class SealOptions
{
    private readonly KeyOptions _keys = new();
    private readonly Option<string> _form = CreateOption<string>(
        "seal", "Form of sealed payloads: v1, our own, or s, which any runner opens", "FORM").AcceptOnlyFromAmong("v1", "s");

    private readonly Option<string> _runs = CreateOption<string>(
        "runs", "How often a runner may start the payload, or *; the code's retries and 1 more when left out", "N");

    private readonly Option<DateTimeOffset?> _notAfter = CreateTime("not-after", "From when on no runner starts the payload");

    public SealOptions() => _runs.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: var text }] && !EnvelopeHeader.IsValidRuns(text))
        {
            result.AddError($"--runs takes * or a whole number from 1 to {EnvelopeHeader.MaxRuns}, not {text}");
        }
    });

    public void AddTo(Command command)
    {
        _keys.AddTo(command);
        command.Add(_form);
        command.Add(_notAfter);
    }

    public void AddRunsTo(Command command) => command.Add(_runs);

    /// <summary>The key; null when no payload is to be sealed.</summary>
    public EncryptionKey? Read(ParseResult parsed, CliConsole console)
    {
        var key = _keys.Read(parsed, console);
        if (key is { IsSymmetric: true } && (Mode(parsed) == SealMode.Envelope || !HasAny(parsed, _runs, _notAfter)))
        {
            return key;
        }

        if (HasAny(parsed, _form, _runs, _notAfter))
        {
            key?.Dispose();
            throw new CliException(
                ExitCodes.UsageError, "--seal takes a hex key, and --runs and --not-after need an envelope (--seal v1)");
        }

        return key;
    }

    public SealMode Mode(ParseResult parsed) => parsed.GetValue(_form) == "s" ? SealMode.IronCompatible : SealMode.Envelope;

    public string? Runs(ParseResult parsed) => parsed.GetValue(_runs);

    public DateTimeOffset? NotAfter(ParseResult parsed) => parsed.GetValue(_notAfter);

    private static bool HasAny(ParseResult parsed, params Option[] options) =>
        options.Any(option => parsed.GetResult(option) is not null);
}
