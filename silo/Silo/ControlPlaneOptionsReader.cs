using System.Globalization;
using OrleansHybrid.Silo.Admin;
using OrleansHybrid.Silo.Api.Iron;

namespace OrleansHybrid.Silo;

/// <summary>
/// Turns settings into checked <see cref="ControlPlaneOptions"/>, or says which one is wrong and what to do.
/// </summary>
internal static class ControlPlaneOptionsReader
{
    private const int MaxShutdownDelaySeconds = 20;
    private const int MaxSchedules = 1_000_000;

    // Alone: until every busy connection has been closed with a response. Among several: until the load balancer,
    // which asks /readyz every second or two, sends no more requests.
    private static readonly TimeSpan SingleSiloShutdownDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MultiSiloShutdownDelay = TimeSpan.FromSeconds(5);

    public static ControlPlaneOptions Read(CommandLineConfiguration settings)
    {
        var defaults = new ControlPlaneOptions { DataDirectory = settings["HYBRID_DATA"] ?? DefaultDirectory() };
        var database = settings.Secret("HYBRID_POSTGRES");
        return defaults with
        {
            DataDirectory = Path.GetFullPath(defaults.DataDirectory),
            Urls = settings["HYBRID_URLS"] is { } urls ? UrlsIn(urls) : defaults.Urls,
            Database = database,
            PublicUrl = settings["HYBRID_PUBLIC_URL"] is { } url ? PublicUrlOf(url) : null,
            ServerKeyFile = settings["HYBRID_SERVER_KEY_FILE"],
            PayloadLimit = settings["HYBRID_PAYLOAD_LIMIT"] is { } most ? PayloadLimitOf(most) : defaults.PayloadLimit,
            ScheduleLimit = settings["HYBRID_SCHEDULE_LIMIT"] is { } limit ? ScheduleLimitOf(limit) : defaults.ScheduleLimit,
            UploadLimit = settings["HYBRID_UPLOAD_LIMIT"] is { } largest ? UploadLimitOf(largest) : defaults.UploadLimit,
            LogLimit = settings["HYBRID_LOG_LIMIT"] is { } log ? LogLimitOf(log) : defaults.LogLimit,
            RuntimeImages = settings["HYBRID_RUNTIME_IMAGES"] is { } images ? RuntimeImagesIn(images) : defaults.RuntimeImages,
            Silo = settings["HYBRID_SILO"] is not { } silo ? null
                : database is null ? throw new ConfigurationException("HYBRID_SILO", "is for several silos on one PostgreSQL: set HYBRID_POSTGRES_FILE, too.")
                : SiloOf(silo),
            Certificates = settings["HYBRID_SILO"] is null ? null : CertificatesIn(settings["HYBRID_CERTIFICATES"]),
            ShutdownDelay = settings["HYBRID_LEAVE_SECONDS"] is { } seconds ? ShutdownDelayOf(seconds)
                : settings["HYBRID_SILO"] is null ? SingleSiloShutdownDelay
                : MultiSiloShutdownDelay,
            LauncherPolicy = settings["HYBRID_LAUNCHER_POLICY"],
            LogLevel = settings["HYBRID_LOG_LEVEL"] switch
            {
                "debug" => LogLevel.Debug,
                null or "info" => LogLevel.Information,
                "warn" => LogLevel.Warning,
                _ => throw new ConfigurationException("HYBRID_LOG_LEVEL", "must be debug, info or warn."),
            },
            JsonLogs = settings["HYBRID_LOG_FORMAT"] switch
            {
                null or "text" => false,
                "json" => true,
                _ => throw new ConfigurationException("HYBRID_LOG_FORMAT", "must be text or json."),
            },
        };
    }

    private static string DefaultDirectory() => Path.Combine(
        Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "hybrid",
        "silo");

    private static string[] UrlsIn(string text)
    {
        var urls = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return urls.Length > 0 && urls.All(IsBinding) ? urls : throw new ConfigurationException(
            "HYBRID_URLS", "must be addresses to listen on, such as http://127.0.0.1:8080, with ; between them.");
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

    private static string PublicUrlOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url is { Scheme: "http" or "https", UserInfo: "", Query: "" }
            ? url.AbsoluteUri
            : throw new ConfigurationException(
                "HYBRID_PUBLIC_URL", "must be the http or https address by which runners reach this server.");

    private static int PayloadLimitOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
        && bytes is >= 1024 and <= ControlPlaneOptions.MaxPayloadLimit
            ? bytes
            : throw new ConfigurationException(
                "HYBRID_PAYLOAD_LIMIT",
                $"must be a number of bytes from 1024 to {ControlPlaneOptions.MaxPayloadLimit}.");

    private static int ScheduleLimitOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most <= MaxSchedules
            ? most
            : throw new ConfigurationException(
                "HYBRID_SCHEDULE_LIMIT", $"must be how many schedules a project may have, from 0 to {MaxSchedules}.");

    private static int UploadLimitOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
        && bytes is >= 1024 and <= ControlPlaneOptions.MaxUploadLimit
            ? bytes
            : throw new ConfigurationException(
                "HYBRID_UPLOAD_LIMIT", $"must be a number of bytes from 1024 to {ControlPlaneOptions.MaxUploadLimit}.");

    private static long LogLimitOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
        && bytes is >= 4096 and <= ControlPlaneOptions.MaxLogLimit
            ? bytes
            : throw new ConfigurationException(
                "HYBRID_LOG_LIMIT", $"must be a number of bytes from 4096 to {ControlPlaneOptions.MaxLogLimit}.");

    private static Dictionary<string, string> RuntimeImagesIn(string text)
    {
        var images = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, var image]
                || !IronMapping.IsImage(image)
                || !images.TryAdd(name, image))
            {
                throw new ConfigurationException(
                    "HYBRID_RUNTIME_IMAGES",
                    "must be runtimes or stacks, each once, and their images, such as ruby=ruby:3;sh=alpine:3.");
            }
        }

        return images;
    }

    private static TimeSpan ShutdownDelayOf(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && seconds <= MaxShutdownDelaySeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new ConfigurationException(
                "HYBRID_LEAVE_SECONDS", $"must be a number of seconds from 0 to {MaxShutdownDelaySeconds}.");

    private static string CertificatesIn(string? folder)
    {
        if (folder is null)
        {
            throw new ConfigurationException(
                "HYBRID_CERTIFICATES",
                "is missing: with HYBRID_SILO it must name the folder with this silo's certificate, without which no port is opened. silo admin secrets makes it.");
        }

        return InstallationCertificates.OfSilo(folder).FindProblem(TimeProvider.System.GetUtcNow()) is { } problem
            ? throw new ConfigurationException("HYBRID_CERTIFICATES", $"can't be used: {problem}.")
            : Path.GetFullPath(folder);
    }

    private static SiloEndpoint SiloOf(string text) =>
        text.Split(':') is [{ Length: > 0 } host, var silo, var gateway]
        && ushort.TryParse(silo, NumberStyles.None, CultureInfo.InvariantCulture, out var siloPort)
        && ushort.TryParse(gateway, NumberStyles.None, CultureInfo.InvariantCulture, out var gatewayPort)
            ? new SiloEndpoint(host, siloPort, gatewayPort)
            : throw new ConfigurationException(
                "HYBRID_SILO", "must be this silo's own address with its two ports, such as 10.0.0.5:11111:30000.");
}
