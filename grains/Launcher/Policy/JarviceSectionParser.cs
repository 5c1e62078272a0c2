using System.Collections.Frozen;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Jarvice;
using OrleansHybrid.Launcher.Secrets;

namespace OrleansHybrid.Launcher.Policy;

/// <summary>Reads how the provider is reached, and where the key is.</summary>
internal static class JarviceSectionParser
{
    private const string AddressRule = "must be an https address such as https://api.example.com/api, without a user, a query or a fragment";

    private static readonly FrozenDictionary<string, ProviderCall> ByGet = Enum.GetValues<ProviderCall>()
        .Where(call => call != ProviderCall.Submit)
        .ToFrozenDictionary(call => call.ToString().ToLowerInvariant());

    /// <summary>The section; null where it is not there.</summary>
    public static JarviceAccess? Parse(PolicySection root, UnixFileMode allowedMode)
    {
        if (root.Section("jarvice") is not { } section)
        {
            return null;
        }

        var options = new JarviceOptions
        {
            BaseAddress = ParseAddress(section.Required("base_url", "the address of the API")) ?? throw section.Error("base_url", AddressRule),
            Username = section.Required("username", "the user of the account"),
            Shape = section.Choice("submit", SubmitShape.Batch, ("batch", SubmitShape.Batch), ("legacy", SubmitShape.Legacy)),
            GetFallback = ParseGetCalls(section),
            Vault = section.Text("vault") ?? "ephemeral",
            CaFile = section.Text("ca_file"),
        };
        var source = CredentialSectionParser.ParseSource(section, "apikey", "key");
        section.RejectUnknownKeys();
        var key = new KeySource { File = source.File, AllowedMode = allowedMode };
        return new JarviceAccess(options, source.Variable is { } variable ? key with { Variable = variable } : key);
    }

    private static Uri? ParseAddress(string text) => Uri.TryCreate($"{text.TrimEnd('/')}/", UriKind.Absolute, out var address)
        && address is { UserInfo: "", Query: "", Fragment: "" }
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
            ? address
            : null;

    private static FrozenSet<ProviderCall> ParseGetCalls(PolicySection section)
    {
        var names = section.List("get_calls", $"must be calls of {string.Join(", ", ByGet.Keys.Order())}", name => ByGet.ContainsKey(name) ? name : null);
        return names.Select(name => ByGet[name]).ToFrozenSet();
    }
}
