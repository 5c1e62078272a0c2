namespace OrleansHybrid.Silo.Configuration;

/// <summary>Where the control plane listens, how it is reached, and how it leaves.</summary>
internal sealed class ServerOptions : ISettings
{
    private const int MaxShutdownDelaySeconds = 20;

    // Alone: until every busy connection has been closed with a response. Among several: until the load balancer,
    // which asks /readyz every second or two, sends no more requests.
    private const int SingleSiloShutdownDelaySeconds = 1;
    private const int MultiSiloShutdownDelaySeconds = 5;

    /// <summary>Addresses to listen on.</summary>
    public IReadOnlyList<string> Urls { get; set; } = ["http://127.0.0.1:8080"];

    /// <summary>The address by which runners reach this control plane; null for where it listens.</summary>
    public string? PublicUrl { get; set; }

    /// <summary>The address at which <c>/metrics</c> is served, and nothing else; null for none.</summary>
    public string? MetricsUrl { get; set; }

    /// <summary>All addresses to listen on.</summary>
    public IReadOnlyList<string> AllUrls => MetricsUrl is { } metrics ? [.. Urls, metrics] : Urls;

    /// <summary>The port of <see cref="MetricsUrl"/>, which no other address has.</summary>
    public int? MetricsPort => MetricsUrl is { } url ? BindingAddress.Parse(url).Port : null;

    /// <summary>How long it still serves after the stop signal, while /readyz already fails.</summary>
    public TimeSpan ShutdownDelay { get; set; }

    /// <inheritdoc />
    public void Read(SettingReader settings)
    {
        Urls = settings.Read(
            "HYBRID_URLS", Urls, Split, "must be addresses to listen on, such as http://127.0.0.1:8080, with ; between them.");
        PublicUrl = settings.Read(
            "HYBRID_PUBLIC_URL", PublicUrl, Normalize, "must be the http or https address by which runners reach this server.");
        MetricsUrl = settings.Read(
            "HYBRID_METRICS",
            MetricsUrl,
            text => IsMetricsUrl(text) ? text : null,
            "must be one http address, such as http://127.0.0.1:9464, with a port that HYBRID_URLS does not have.");
        ShutdownDelay = TimeSpan.FromSeconds(settings.ReadNumber(
            "HYBRID_LEAVE_SECONDS",
            settings["HYBRID_SILO"] is null ? SingleSiloShutdownDelaySeconds : MultiSiloShutdownDelaySeconds,
            0,
            MaxShutdownDelaySeconds,
            $"must be a number of seconds from 0 to {MaxShutdownDelaySeconds}."));
    }

    private bool IsMetricsUrl(string text) =>
        IsBinding(text)
        && BindingAddress.Parse(text) is { Scheme: "http", PathBase: "", Port: > 0, IsUnixPipe: false, IsNamedPipe: false } address
        && Urls.All(url => BindingAddress.Parse(url).Port != address.Port);

    private static string[]? Split(string text)
    {
        var urls = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return urls.Length > 0 && urls.All(IsBinding) ? urls : null;
    }

    private static bool IsBinding(string url)
    {
        try
        {
            return BindingAddress.Parse(url).Scheme is "http" or "https";
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string? Normalize(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", UserInfo: "", Query: "" }
            ? url.AbsoluteUri
            : null;
}
