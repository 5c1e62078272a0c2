using System.Net;
using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Domain.Scripts;

namespace OrleansHybrid.Launcher.Policy;

/// <summary>
/// Parses a policy: the nimbix-admin wrapper's keys and ours. Pure: files that the text names are not read.
/// </summary>
internal static class PolicyParser
{
    private const int DefaultPort = 3237;
    private const int MaxMinutes = 7 * 24 * 60;

    /// <summary>Reads and checks all of it, or throws <see cref="PolicyException"/>.</summary>
    public static LauncherPolicy Parse(string text)
    {
        var root = PolicyYaml.Read(text);
        var mode = root.Choice(
            "secret_file_mode",
            UnixFileMode.None,
            ("0600", UnixFileMode.None),
            ("0440", UnixFileMode.GroupRead),
            ("0444", UnixFileMode.GroupRead | UnixFileMode.OtherRead));
        var policy = new LauncherPolicy
        {
            Version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            Account = RequireName(root, "account", root.Text("account") ?? "nimbix"),
            Provider = root.Choice("provider", LaunchProviderKind.Jarvice, ("jarvice", LaunchProviderKind.Jarvice), ("local", LaunchProviderKind.Local)),
            Jarvice = JarviceSectionParser.Parse(root, mode),
            Executor = root.Choice("executor", LaunchExecutor.Docker, ("docker", LaunchExecutor.Docker), ("process", LaunchExecutor.Process)),
            Script = ScriptTemplate.TryParse(root.Required("script", "what is run for a commit, with {commit_hash} in it"), out var problem)
                ?? throw root.Error("script", problem),
            StrictHash = root.Flag("strict_hash"),
            Parameters = ParameterSectionParser.Parse(root),
            Profile = ParseProfile(root),
            Credentials = CredentialSectionParser.Parse(root),
            SecretFileMode = mode,
            Callers = ParseCallers(root),
            Rates = ParseRates(root),
            Listener = ParseListener(root),
        };
        root.RejectUnknownKeys();
        return policy.Provider == LaunchProviderKind.Jarvice && policy.Jarvice is null
            ? throw new PolicyException(null, "jarvice is missing: the section with base_url, username and key_file; or set provider to local.")
            : policy;
    }

    /// <summary>True for what operators may call credentials and accounts.</summary>
    public static bool IsName(string name) =>
        name is { Length: >= 1 and <= 32 } && char.IsAsciiLetterOrDigit(name[0])
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_' or '.');

    private static string RequireName(PolicySection section, string key, string name) =>
        IsName(name) ? name : throw section.Error(key, "must be at most 32 small letters, digits, dots, dashes and underscores");

    private static LaunchProfile ParseProfile(PolicySection root)
    {
        var caps = root.Section("caps");
        var budget = ParseBudget(root);
        var terms = new LaunchProfile
        {
            Image = root.Required("image", "the image that the job runs in"),
            MachineType = root.Required("instance_type", "the provider's name of the type of machine"),
            Nodes = root.Number("nodes", 1, 1000) ?? 1,
            Limit = ParseTimeLimit(root),
            LongestQueue = TimeSpan.FromMinutes(root.Number("longest_queue_minutes", 1, MaxMinutes) ?? 60),
            Grace = TimeSpan.FromSeconds(root.Number("grace_seconds", 0, 3600) ?? 60),
            ResultValid = TimeSpan.FromMinutes(root.Number("result_valid_minutes", 0, MaxMinutes) ?? 0),
            PricePerHour = root.Amount("price_ceiling") ?? (budget == new LaunchBudget()
                ? 0
                : throw root.Error("price_ceiling", "is missing: the most that one machine costs an hour, for the budget")),
            Caps = new LaunchQuota(
                caps?.Number("account", 1, 10_000) ?? 4,
                caps?.Number("instance_type", 1, 10_000),
                caps?.Number("credential", 1, 10_000),
                caps?.Flag("foreign_jobs") ?? false),
            Budget = budget,
            Enabled = root.Flag("enabled", defaultValue: true),
        };
        caps?.RejectUnknownKeys();
        return terms;
    }

    private static TimeSpan ParseTimeLimit(PolicySection root) => root.Amount("max_time_minutes") switch
    {
        null => throw root.Error("max_time_minutes", "is missing: how many minutes a job may run"),
        { } minutes and >= 0.1m and <= MaxMinutes => TimeSpan.FromMinutes((double)minutes),
        _ => throw root.Error("max_time_minutes", $"must be from 0.1 to {MaxMinutes}"),
    };

    private static LaunchBudget ParseBudget(PolicySection root)
    {
        var section = root.Section("budget");
        var budget = new LaunchBudget(
            section?.Amount("day"), section?.Amount("month"), section?.Amount("credential_day"), section?.Amount("credential_month"));
        section?.RejectUnknownKeys();
        return budget;
    }

    private static AllowedCallers ParseCallers(PolicySection root)
    {
        const string rule = "must be addresses such as 192.0.2.7, or networks such as 192.0.2.0/24 whose remaining bits are zero";
        var proxies = root.Section("proxies");
        var callers = new AllowedCallers(
            root.List("allowed_client_ip", rule, Network.Parse),
            proxies?.List("trusted", rule, Network.Parse) ?? [],
            proxies?.Number("hops", 1, 10) ?? 1);
        proxies?.RejectUnknownKeys();
        return callers.Allowed.Count > 0 ? callers
            : throw root.Error("allowed_client_ip", "is missing: the addresses that may call, such as that of the CI server");
    }

    private static CallRates ParseRates(PolicySection root)
    {
        var section = root.Section("rates");
        var rates = new CallRates(
            section?.Number("calls", 1, 1_000_000) ?? 600,
            section?.Number("credential_launches", 1, 1_000_000) ?? 60,
            section?.Number("launches", 1, 1_000_000) ?? 120);
        section?.RejectUnknownKeys();
        return rates;
    }

    private static ListenerOptions ParseListener(PolicySection root)
    {
        var tls = (root.Text("certificate_file"), root.Text("key_file")) switch
        {
            (null, null) => null,
            ({ } certificate, { } key) => new TlsFiles(certificate, key),
            _ => throw root.Error("certificate_file", "and key_file go together: give both or neither"),
        };
        var plain = root.Flag("allow_plain_http");
        var listen = root.Text("listen") is { } text
            ? ParseEndPoint(text) ?? throw root.Error("listen", "must be a port, or an address with one, such as 127.0.0.1:3237")
            : new IPEndPoint(tls is not null || plain ? IPAddress.IPv6Any : IPAddress.Loopback, DefaultPort);
        return tls is null && !plain && !IPAddress.IsLoopback(listen.Address)
            ? throw root.Error(
                "listen",
                "reaches beyond this machine: give certificate_file and key_file, or, where that is known to be safe, allow_plain_http: true")
            : new ListenerOptions
            {
                Listen = listen,
                Tls = tls,
                AllowPlainHttp = plain,
                SilentRejections = root.Flag("silent_refusals"),
                StreamsConsole = root.Flag("stream", defaultValue: true),
                CancelOnDisconnect = root.Choice("on_disconnect", false, ("keep", false), ("cancel", true)),
            };
    }

    private static IPEndPoint? ParseEndPoint(string text) =>
        ushort.TryParse(text, out var port) ? new IPEndPoint(IPAddress.IPv6Any, port)
        : IPEndPoint.TryParse(text, out var whole) && text.EndsWith($":{whole.Port}", StringComparison.Ordinal) ? whole
        : null;
}
