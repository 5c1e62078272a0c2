using System.Collections.Frozen;
using System.Net;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Jarvice;

/// <summary>The provider's API: address and variants of calls. It contains no key.</summary>
internal sealed record JarviceOptions
{
    /// <summary>The base address of <c>jarvice/…</c>; it may have a path, with or without a slash at its end.</summary>
    public required Uri BaseAddress { get; init => field = Validated(value); }

    /// <summary>The account.</summary>
    public required string Username { get; init; }

    /// <summary>How jobs are started.</summary>
    public SubmitShape Shape { get; init; } = SubmitShape.Batch;

    /// <summary>
    /// Calls that this server takes by GET only. With them the key is in the address, and so in the logs of every proxy on the way.
    /// </summary>
    public IReadOnlySet<ProviderCall> GetFallback { get; init => field = Validated(value); } = FrozenSet<ProviderCall>.Empty;

    /// <summary>The storage that jobs get.</summary>
    public string Vault { get; init; } = "ephemeral";

    /// <summary>A file of authorities (PEM) that are believed beside the system's; null when there are none.</summary>
    public string? CaFile { get; init; }

    /// <summary>How long a connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a call may take in all.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many calls may be on their way at the same time.</summary>
    public int MaxConcurrentCalls { get; init; } = 4;

    /// <summary>The largest reply in JSON, in bytes.</summary>
    public int MaxReplyBytes { get; init; } = 1 << 20;

    /// <summary>How much of a console text is kept, in bytes: its end.</summary>
    public int MaxTextBytes { get; init; } = 16 << 20;

    /// <summary>How deep a reply in JSON may be nested.</summary>
    public int MaxReplyDepth { get; init; } = 16;

    // With the slash, since an address without one loses its last part when a path is put behind it.
    private static Uri Validated(Uri address)
    {
        var isLoopback = address.IsAbsoluteUri && (address.Host == "localhost" || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip)));
        if (!address.IsAbsoluteUri || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && isLoopback)))
        {
            throw new ConfigurationException("The base address of the provider", "is not an https address: plain http is for loopback only");
        }

        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw new ConfigurationException("The base address of the provider", "has more than host, port and path: leave the rest out");
        }

        return address.AbsolutePath.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
    }

    private static IReadOnlySet<ProviderCall> Validated(IReadOnlySet<ProviderCall> calls) => calls.Contains(ProviderCall.Submit)
        ? throw new ConfigurationException("The list of calls by GET", "has Submit, which needs POST: remove it")
        : calls;
}

/// <summary>How jobs are started.</summary>
internal enum SubmitShape
{
    /// <summary>A container and a script: needs nothing prepared in the account.</summary>
    Batch,

    /// <summary>The form of 2016, for servers that know no other: an image of the account, and a command.</summary>
    Legacy,
}
