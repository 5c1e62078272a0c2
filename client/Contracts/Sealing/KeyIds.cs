using System.Buffers;

namespace OrleansHybrid.Contracts.Sealing;

/// <summary>The form of key ids.</summary>
public static class KeyIds
{
    /// <summary>How many bytes an id has; it is written as twice as many hex digits.</summary>
    public const int ByteLength = 8;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>True for what can be the id of a key.</summary>
    public static bool IsValid(ReadOnlySpan<char> text) =>
        text.Length == 2 * ByteLength && !text.ContainsAnyExcept(Digits);
}
