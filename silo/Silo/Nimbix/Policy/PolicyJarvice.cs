using System.Collections.Frozen;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Silo.Nimbix.Jarvice;
using OrleansHybrid.Silo.Nimbix.Keys;

namespace OrleansHybrid.Silo.Nimbix.Policy;

/// <summary>Reads how the provider is reached, and where the key is.</summary>
internal static class PolicyJarvice
{
    private const string AddressRule = "must be an https address such as https://api.example.com/api, without a user, a query or a fragment";

    private static readonly FrozenDictionary<string, ProviderCall> ByGet = Enum.GetValues<ProviderCall>()
        .Where(call => call != ProviderCall.Submit)
        .ToFrozenDictionary(call => call.ToString().ToLowerInvariant());

    /// <summary>The section; null where it is not there.</summary>
    public static JarviceAccess? In(PolicySection root, UnixFileMode accepted)
    {
        if (root.Section("jarvice") is not { } section)
        {
            return null;
        }

        var options = new JarviceOptions
        {
            Base = AddressOf(section.Needed("base_url", "the address of the API")) ?? throw section.Wrong("base_url", AddressRule),
            Username = section.Needed("username", "the user of the account"),
            Shape = section.Word("submit", SubmitShape.Batch, ("batch", SubmitShape.Batch), ("legacy", SubmitShape.Legacy)),
            GetFallback = CallsIn(section),
            Vault = section.Text("vault") ?? "ephemeral",
            CaFile = section.Text("ca_file"),
        };
        var source = PolicyCredentials.SourceIn(section, "apikey", "key");
        section.RefuseOthers();
        var key = new KeySource { File = source.File, Accepted = accepted };
        return new JarviceAccess(options, source.Variable is { } variable ? key with { Variable = variable } : key);
    }

    private static Uri? AddressOf(string text) => Uri.TryCreate($"{text.TrimEnd('/')}/", UriKind.Absolute, out var address)
        && address is { UserInfo: "", Query: "", Fragment: "" }
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            ? address
            : null;

    private static FrozenSet<ProviderCall> CallsIn(PolicySection section)
    {
        var names = section.Several("get_calls", $"must be calls of {string.Join(", ", ByGet.Keys.Order())}", name => ByGet.ContainsKey(name) ? name : null);
        return names.Select(name => ByGet[name]).ToFrozenSet();
    }
}
