using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Security;

/// <summary>Where runners find this control plane: as configured, or else where it listens.</summary>
internal sealed class PublicAddress(ServerOptions options, IServer? server = null)
{
    /// <summary>The address, without a slash at its end.</summary>
    public string Value => (options.PublicUrl ?? ListeningAddress()).TrimEnd('/');

    /// <summary>True for an address that means all of a machine's, and so names none that others could use.</summary>
    public static bool IsWildcard(string url) => BindingAddress.Parse(url).Host is "*" or "+" or "0.0.0.0" or "[::]";

    /// <summary>Where a program on this machine reaches what listens at an address.</summary>
    public static string ToLoopback(string url)
    {
        var binding = BindingAddress.Parse(url);
        return $"{binding.Scheme}://{(IsWildcard(url) ? "127.0.0.1" : binding.Host)}:{binding.Port}";
    }

    private string ListeningAddress()
    {
        var address = server?.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("The public address is known once the server listens: set --public-url.");
        return ToLoopback(address);
    }
}
