using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Orleans.Hybrid.Silo.Security;

/// <summary>Where runners find this control plane: as configured, or else where it listens.</summary>
internal sealed class PublicAddress(ControlPlaneOptions options, IServer server)
{
    /// <summary>The address, without a slash at its end.</summary>
    public string Value => (options.PublicUrl ?? Listening()).TrimEnd('/');

    /// <summary>True for an address that means all of a machine's, and so names none that others could use.</summary>
    public static bool IsEverywhere(string url) => BindingAddress.Parse(url).Host is "*" or "+" or "0.0.0.0" or "[::]";

    private string Listening()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("The public address is known once the server listens.");
        var binding = BindingAddress.Parse(address);
        return $"{binding.Scheme}://{(IsEverywhere(address) ? "127.0.0.1" : binding.Host)}:{binding.Port}";
    }
}
