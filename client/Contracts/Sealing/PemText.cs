using System.Text.RegularExpressions;

namespace Orleans.Hybrid.Contracts.Sealing;

/// <summary>
/// Finds keys in PEM, also where the line breaks became spaces or the two characters <c>\n</c> on their way through a file of variables.
/// </summary>
internal static partial class PemText
{
    /// <summary>The first key in a text: its label, its bytes (null when they are no base64), and the text without it.</summary>
    public static (string Label, byte[]? Bytes, string Others)? Next(string text)
    {
        if (Block().Match(text) is not { Success: true } block)
        {
            return null;
        }

        var body = block.Groups["body"].Value.Replace(@"\r", "", StringComparison.Ordinal).Replace(@"\n", "", StringComparison.Ordinal);
        var digits = string.Concat(body.Where(character => !char.IsWhiteSpace(character)));
        var bytes = new byte[digits.Length];
        return (
            block.Groups["label"].Value,
            Convert.TryFromBase64String(digits, bytes, out var length) ? bytes[..length] : null,
            text.Remove(block.Index, block.Length));
    }

    [GeneratedRegex("-----BEGIN (?<label>[A-Z ]+)-----(?<body>.*?)-----END \\k<label>-----", RegexOptions.Singleline)]
    private static partial Regex Block();
}
