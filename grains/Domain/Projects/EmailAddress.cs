using System.Diagnostics.CodeAnalysis;

namespace OrleansHybrid.Domain.Projects;

/// <summary>E-mail addresses as they are compared: lower-cased. Nothing is ever sent to them.</summary>
public static class EmailAddress
{
    /// <summary>The longest address.</summary>
    public const int MaxLength = 254;

    /// <summary>Reads an address; false for what can't be one.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? address)
    {
        address = text?.Trim().ToLowerInvariant();
        return address is { Length: > 2 and <= MaxLength }
            && address.IndexOf('@') is var at and > 0
            && at == address.LastIndexOf('@')
            && at < address.Length - 1
            && !address.Any(character => char.IsWhiteSpace(character) || char.IsControl(character));
    }
}
