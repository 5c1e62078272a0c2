using System.Text;

namespace OrleansHybrid.Launcher.Domain.Scripts;

/// <summary>
/// The operator's script with its token, <c>{commit_hash}</c>. It is replaced once and the value is not expanded again; every other
/// brace stays as it is. Parameters reach the script as variables, never as text of it.
/// </summary>
public sealed class ScriptTemplate
{
    // Linux takes no longer word than 128 KiB for a program to run, and the ledger keeps the script of each launch.
    private const int MaxBytes = 64 << 10;

    private const string Token = "{commit_hash}";

    // Not every image has a bash.
    private const string Shell = "\"$(command -v bash || command -v sh)\"";

    private readonly string _text;

    private ScriptTemplate(string text)
    {
        this._text = text;
    }

    /// <summary>The template in a text; null, with the reason, when it has no <c>{commit_hash}</c> or a token that is not known.</summary>
    public static ScriptTemplate? TryParse(string text, out string problem)
    {
        problem = !text.Contains(Token, StringComparison.Ordinal) ? $"has no {Token}, so that every commit would run the same"
            : text.Contains('\0', StringComparison.Ordinal) ? "has a NUL character"
            : Encoding.UTF8.GetByteCount(text) > MaxBytes ? $"is longer than {MaxBytes} bytes: let it fetch the rest"
            : UnknownToken(text) is { } unknown ? $"has the token {unknown}, which is not known: parameters are variables, as in \"${unknown[1..^1]}\""
            : "";
        return problem.Length == 0 ? new ScriptTemplate(text) : null;
    }

    /// <summary>
    /// The script for a commit: variables first, then the operator's text in a shell of its own, so that its exit code, however it ends, is
    /// what the last line says.
    /// </summary>
    public string Fill(string commitHash, IReadOnlyDictionary<string, string> parameters, string marker)
    {
        if (!CommitHash.IsWellFormed(commitHash))
        {
            throw new ArgumentException("a script is filled with a hash that was checked before", nameof(commitHash));
        }

        var script = new StringBuilder("#!/bin/sh\n");
        foreach (var (name, value) in parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            script.Append("export ").Append(name).Append('=').Append(Quoted(value)).Append('\n');
        }

        var body = _text.Replace(Token, commitHash, StringComparison.Ordinal);
        return script.Append(Shell).Append(" -c ").Append(Quoted(body)).Append('\n').Append(ResultMarker.CreateShellCommand(marker, commitHash)).ToString();
    }

    /// <summary>A value as one word of a shell: in single quotes, where nothing has a meaning, each quote of its own outside them.</summary>
    public static string Quoted(string value) => $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // "${x}" is the shell's own; a word of small letters in braces alone was meant for us.
    private static string? UnknownToken(string text)
    {
        for (var open = text.IndexOf('{', StringComparison.Ordinal); open >= 0; open = text.IndexOf('{', open + 1))
        {
            var close = text.IndexOf('}', open);
            if (close < 0)
            {
                return null;
            }

            var name = text[(open + 1)..close];
            if (ParameterRule.IsName(name) && $"{{{name}}}" != Token && (open == 0 || text[open - 1] != '$'))
            {
                return $"{{{name}}}";
            }
        }

        return null;
    }
}
