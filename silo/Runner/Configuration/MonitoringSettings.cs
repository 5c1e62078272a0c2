using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Logging;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>Reads how the runner shows itself to its operator, and whom it trusts besides those whom the system trusts.</summary>
internal static class MonitoringSettings
{
    private const string UnixPrefix = "unix:";
    private const int MaxSocketPathLength = 100;

    private static readonly Dictionary<string, bool> LogFormats = new(StringComparer.OrdinalIgnoreCase) { ["text"] = false, ["json"] = true };

    private static readonly Dictionary<string, LogLevel> LogLevels = new(StringComparer.OrdinalIgnoreCase)
    {
        ["debug"] = LogLevel.Debug,
        ["info"] = LogLevel.Information,
        ["warn"] = LogLevel.Warning,
    };

    /// <summary>Whether logs are JSON.</summary>
    public static bool ReadLogFormat(SettingReader settings) => settings.ReadWord("LOG_FORMAT", false, LogFormats, "must be text or json.");

    public static LogLevel ReadLogLevel(SettingReader settings) =>
        settings.ReadWord("LOG_LEVEL", LogLevel.Information, LogLevels, "must be debug, info or warn.");

    /// <summary>Authorities whose word counts beside that of the system's; null without a file of them.</summary>
    public static X509Certificate2Collection? ReadAuthorities(SettingReader settings) =>
        settings["CA_FILE"] is { } file ? settings.Read(() => ReadAuthorities(file), null) : null;

    /// <summary>Where metrics and health are to be asked for; null for nowhere.</summary>
    public static EndPoint? ReadMonitoringEndpoint(SettingReader settings) => settings["METRICS"] is { } text
        ? settings.Read<EndPoint?>(() => text.StartsWith(UnixPrefix, StringComparison.Ordinal) ? ParseSocket(text[UnixPrefix.Length..]) : ParsePort(text), null)
        : null;

    private static X509Certificate2Collection ReadAuthorities(string file)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException("CA_FILE", "names a file that can't be read: check its path and rights.");
        }
        catch (CryptographicException)
        {
            throw new ConfigurationException("CA_FILE", "names a file that is no PEM, or a broken one: it has to hold the root certificate.");
        }

        return authorities.Count > 0 ? authorities : throw new ConfigurationException(
            "CA_FILE", "names a file without a certificate in PEM: it has to hold the root certificate.");
    }

    private static UnixDomainSocketEndPoint ParseSocket(string path) =>
        Path.IsPathRooted(path) && Encoding.UTF8.GetByteCount(path) <= MaxSocketPathLength
            ? new UnixDomainSocketEndPoint(path)
            : throw new ConfigurationException("METRICS", $"must name its socket by an absolute path of at most {MaxSocketPathLength} bytes.");

    private static IPEndPoint ParsePort(string text)
    {
        var address = text.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase) ? $"127.0.0.1{text[9..]}" : text;
        return IPEndPoint.TryParse(address, out var port) && IPAddress.IsLoopback(port.Address) && port.Port > 0
            ? port
            : throw new ConfigurationException(
                "METRICS", "must be unix:PATH or a loopback address such as 127.0.0.1:9090: it has no authentication.");
    }
}
