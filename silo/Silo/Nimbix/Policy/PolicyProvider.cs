using System.Collections.Frozen;
using Orleans.Hybrid.Domain.Launching;
using Orleans.Hybrid.Silo.Nimbix.Jarvice;

namespace Orleans.Hybrid.Silo.Nimbix.Policy;

/// <summary>Reads how the provider is reached.</summary>
internal static class PolicyProvider
{
    private const string AddressRule = "must be an https address such as https://api.example.com/api, without a user, a query or a fragment";

    private static readonly FrozenDictionary<string, ProviderCall> Calls = Enum.GetValues<ProviderCall>()
        .Where(call => call != ProviderCall.Submit)
        .ToFrozenDictionary(call => call.ToString().ToLowerInvariant());

    /// <summary>The section of a JARVICE API; null where there is none.</summary>
    public static JarviceAccess? JarviceIn(PolicySection root)
    {
        if (root.Section("jarvice") is not { } section)
        {
            return null;
        }

        var url = section.Needed("base_url", "the address of the API");
        var access = new JarviceAccess(
            new JarviceOptions
            {
                Base = Uri.TryCreate(url, UriKind.Absolute, out var address) && IsBase(address) ? address : throw section.Wrong("base_url", AddressRule),
                Username = section.Needed("username", "the user of the account"),
                Vault = section.Text("vault") ?? "ephemeral",
                Shape = section.Word("submit", SubmitShape.Batch, ("batch", SubmitShape.Batch), ("legacy", SubmitShape.Legacy)),
                GetFallback = section.Several("get_calls", $"must be names of calls: {string.Join(", ", Calls.Keys.Order())}", CallOf)
                    .Select(call => call.Call).ToFrozenSet(),
                CaFile = section.Text("ca_file"),
            },
            PolicyCredentials.SourceIn(section, "apikey", "key"));
        section.RefuseOthers();
        return access;
    }

    private static bool IsBase(Uri address) => address is { UserInfo: "", Query: "", Fragment: "" }
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    private static NamedCall? CallOf(string name) => Calls.TryGetValue(name, out var call) ? new NamedCall(call) : null;

    private sealed record NamedCall(ProviderCall Call);
}
