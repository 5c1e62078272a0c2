using System.Globalization;

namespace OrleansHybrid.Abstractions.Gateway;

/// <summary>Where clients reach a silo of the control plane: its gateway.</summary>
/// <param name="Host">A name or an address.</param>
/// <param name="Port">A TCP port, from 1.</param>
public sealed record GatewayAddress(string Host, int Port)
{
    /// <summary>The form, for messages.</summary>
    public const string Rule = "must name gateways of the control plane as HOST:PORT, with commas between them, such as silo-1:30000,10.0.0.6:30000";

    /// <summary>Reads a list of them.</summary>
    /// <param name="text">As <see cref="Rule"/> says.</param>
    /// <returns>At least one; null when the text is none.</returns>
    public static IReadOnlyList<GatewayAddress>? ParseList(string? text)
    {
        var named = text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        GatewayAddress[] all = [.. named.Select(Parse).OfType<GatewayAddress>()];
        return all.Length > 0 && all.Length == named.Length ? all : null;
    }

    /// <inheritdoc />
    public override string ToString() => $"{Host}:{Port}";

    private static GatewayAddress? Parse(string text)
    {
        var cut = text.LastIndexOf(':');
        var host = cut > 0 ? text[..cut].Trim('[', ']') : "";
        return Uri.CheckHostName(host) != UriHostNameType.Unknown
            && ushort.TryParse(text[(cut + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port > 0
                ? new GatewayAddress(host, port)
                : null;
    }
}
