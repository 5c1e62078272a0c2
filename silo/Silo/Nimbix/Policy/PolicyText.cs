using System.Net;
using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Domain.Launching.Scripts;

namespace OrleansHybrid.Silo.Nimbix.Policy;

/// <summary>
/// The policy in a text: the original's keys as they are, and ours. Pure: what the text names is not looked at.
/// </summary>
internal static class PolicyText
{
    private const int UsualPort = 3237;
    private const int LongestMinutes = 7 * 24 * 60;

    /// <summary>Reads and checks all of it, or throws <see cref="PolicyProblem"/>.</summary>
    public static LauncherPolicy Parse(string text)
    {
        var root = PolicyYaml.Read(text);
        var mode = root.Word(
            "secret_file_mode",
            UnixFileMode.None,
            ("0600", UnixFileMode.None),
            ("0440", UnixFileMode.GroupRead),
            ("0444", UnixFileMode.GroupRead | UnixFileMode.OtherRead));
        var policy = new LauncherPolicy
        {
            Version = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            Account = Named(root, "account", root.Text("account") ?? "nimbix"),
            Provider = root.Word("provider", LaunchPlace.Jarvice, ("jarvice", LaunchPlace.Jarvice), ("local", LaunchPlace.Local)),
            Jarvice = PolicyJarvice.In(root, mode),
            Executor = root.Word("executor", LaunchExecutor.Docker, ("docker", LaunchExecutor.Docker), ("process", LaunchExecutor.Process)),
            Script = ScriptTemplate.TryParse(root.Needed("script", "what is run for a commit, with {commit_hash} in it"), out var problem)
                ?? throw root.Wrong("script", problem),
            StrictHash = root.Flag("strict_hash"),
            Parameters = PolicyParameters.In(root),
            Terms = TermsIn(root),
            Credentials = PolicyCredentials.In(root),
            SecretFileMode = mode,
            Callers = CallersIn(root),
            Rates = RatesIn(root),
            Door = DoorIn(root),
        };
        root.RefuseOthers();
        return policy.Provider == LaunchPlace.Jarvice && policy.Jarvice is null
            ? throw new PolicyProblem(null, "jarvice is missing: the section with base_url, username and key_file; or set provider to local.")
            : policy;
    }

    /// <summary>True for what operators may call credentials and accounts.</summary>
    public static bool IsName(string name) =>
        name is { Length: >= 1 and <= 32 } && char.IsAsciiLetterOrDigit(name[0])
        && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '_' or '.');

    private static string Named(PolicySection section, string key, string name) =>
        IsName(name) ? name : throw section.Wrong(key, "must be at most 32 small letters, digits, dots, dashes and underscores");

    private static LaunchTerms TermsIn(PolicySection root)
    {
        var caps = root.Section("caps");
        var budget = BudgetIn(root);
        var terms = new LaunchTerms
        {
            Image = root.Needed("image", "the image that the job runs in"),
            MachineType = root.Needed("instance_type", "the provider's name of the type of machine"),
            Nodes = root.Number("nodes", 1, 1000) ?? 1,
            Limit = LimitIn(root),
            LongestQueue = TimeSpan.FromMinutes(root.Number("longest_queue_minutes", 1, LongestMinutes) ?? 60),
            Grace = TimeSpan.FromSeconds(root.Number("grace_seconds", 0, 3600) ?? 60),
            ResultValid = TimeSpan.FromMinutes(root.Number("result_valid_minutes", 0, LongestMinutes) ?? 0),
            PricePerHour = root.Amount("price_ceiling") ?? (budget == new LaunchBudget()
                ? 0
                : throw root.Wrong("price_ceiling", "is missing: the most that one machine costs an hour, for the budget")),
            Caps = new LaunchCaps(
                caps?.Number("account", 1, 10_000) ?? 4,
                caps?.Number("instance_type", 1, 10_000),
                caps?.Number("credential", 1, 10_000),
                caps?.Flag("foreign_jobs") ?? false),
            Budget = budget,
            Enabled = root.Flag("enabled", otherwise: true),
        };
        caps?.RefuseOthers();
        return terms;
    }

    private static TimeSpan LimitIn(PolicySection root) => root.Amount("max_time_minutes") switch
    {
        null => throw root.Wrong("max_time_minutes", "is missing: how many minutes a job may run"),
        { } minutes and >= 0.1m and <= LongestMinutes => TimeSpan.FromMinutes((double)minutes),
        _ => throw root.Wrong("max_time_minutes", $"must be from 0.1 to {LongestMinutes}"),
    };

    private static LaunchBudget BudgetIn(PolicySection root)
    {
        var section = root.Section("budget");
        var budget = new LaunchBudget(
            section?.Amount("day"), section?.Amount("month"), section?.Amount("credential_day"), section?.Amount("credential_month"));
        section?.RefuseOthers();
        return budget;
    }

    private static AllowedCallers CallersIn(PolicySection root)
    {
        const string rule = "must be addresses such as 192.0.2.7, or networks such as 192.0.2.0/24 whose remaining bits are zero";
        var proxies = root.Section("proxies");
        var callers = new AllowedCallers(
            root.Several("allowed_client_ip", rule, Network.Parse),
            proxies?.Several("trusted", rule, Network.Parse) ?? [],
            proxies?.Number("hops", 1, 10) ?? 1);
        proxies?.RefuseOthers();
        return callers.Allowed.Count > 0 ? callers
            : throw root.Wrong("allowed_client_ip", "is missing: the addresses that may call, such as that of the CI server");
    }

    private static CallRates RatesIn(PolicySection root)
    {
        var section = root.Section("rates");
        var rates = new CallRates(
            section?.Number("calls", 1, 1_000_000) ?? 600,
            section?.Number("credential_launches", 1, 1_000_000) ?? 60,
            section?.Number("launches", 1, 1_000_000) ?? 120);
        section?.RefuseOthers();
        return rates;
    }

    private static DoorManners DoorIn(PolicySection root)
    {
        var tls = (root.Text("certificate_file"), root.Text("key_file")) switch
        {
            (null, null) => null,
            ({ } certificate, { } key) => new TlsFiles(certificate, key),
            _ => throw root.Wrong("certificate_file", "and key_file go together: give both or neither"),
        };
        var plain = root.Flag("allow_plain_http");
        var listen = root.Text("listen") is { } text
            ? EndPointOf(text) ?? throw root.Wrong("listen", "must be a port, or an address with one, such as 127.0.0.1:3237")
            : new IPEndPoint(tls is not null || plain ? IPAddress.IPv6Any : IPAddress.Loopback, UsualPort);
        return tls is null && !plain && !IPAddress.IsLoopback(listen.Address)
            ? throw root.Wrong(
                "listen",
                "reaches beyond this machine: give certificate_file and key_file, or, where that is known to be safe, allow_plain_http: true")
            : new DoorManners
            {
                Listen = listen,
                Tls = tls,
                AllowPlainHttp = plain,
                SilentRefusals = root.Flag("silent_refusals"),
                Streams = root.Flag("stream", otherwise: true),
                CancelsWithCaller = root.Word("on_disconnect", false, ("keep", false), ("cancel", true)),
            };
    }

    private static IPEndPoint? EndPointOf(string text) =>
        ushort.TryParse(text, out var port) ? new IPEndPoint(IPAddress.IPv6Any, port)
        : IPEndPoint.TryParse(text, out var whole) && text.EndsWith($":{whole.Port}", StringComparison.Ordinal) ? whole
        : null;
}
