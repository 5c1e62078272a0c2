namespace OrleansHybrid.Launcher.Domain.Scripts;

/// <summary>Hashes of commits as a caller may name them: lower-case hex digits and nothing else, to the very last character.</summary>
public static class CommitHash
{
    /// <summary>Most digits: those of SHA-256.</summary>
    public const int MaxDigits = 64;

    /// <summary>True for 1 to 64 digits; when <paramref name="strict"/>, for the 40 or 64 of a whole hash only.</summary>
    public static bool IsWellFormed(string? text, bool strict = false) =>
        text is { Length: >= 1 and <= MaxDigits }
        && (!strict || text.Length is 40 or MaxDigits)
        && text.All(char.IsAsciiHexDigitLower);
}
