namespace OrleansHybrid.Runner.ControlPlane;

/// <summary>The forms of what the runner protocol names things by: all of them are safe as a part of a path, a header or a label.</summary>
internal static class Identifiers
{
    private const int IdLength = 24;
    private const int TokenLength = 32;
    private const int HashLength = 64;
    private const int MaxCredentialLength = 1024;

    /// <summary>True for the id of a session, task, project, schedule or code package.</summary>
    public static bool IsId(string? text) => IsHex(text, IdLength);

    /// <summary>True for the token of a lease.</summary>
    public static bool IsToken(string? text) => IsHex(text, TokenLength);

    /// <summary>True for a SHA-256.</summary>
    public static bool IsHash(string? text) => IsHex(text, HashLength);

    /// <summary>True for a credential that is valid in a header.</summary>
    public static bool IsCredential(string? text) =>
        text is { Length: > 0 and <= MaxCredentialLength } && text.All(c => char.IsAsciiLetterOrDigit(c) || "-._~+/=".Contains(c));

    private static bool IsHex(string? text, int length) => text?.Length == length && text.All(char.IsAsciiHexDigitLower);
}
