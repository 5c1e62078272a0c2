using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>Reads how the runner shows itself to its operator, and whom it trusts besides those whom the system trusts.</summary>
internal static class MonitoringSettings
{
    private const string UnixPrefix = "unix:";
    private const int MaxSocketPathLength = 100;

    /// <summary>Whether logs are JSON.</summary>
    public static bool ReadLogFormat(IConfiguration source) => source["LOG_FORMAT"]?.ToLowerInvariant() switch
    {
        null or "text" => false,
        "json" => true,
        _ => throw new ConfigurationException("LOG_FORMAT", "must be text or json."),
    };

    public static LogLevel ReadLogLevel(IConfiguration source) => source["LOG_LEVEL"]?.ToLowerInvariant() switch
    {
        "debug" => LogLevel.Debug,
        null or "info" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        _ => throw new ConfigurationException("LOG_LEVEL", "must be debug, info or warn."),
    };

    /// <summary>Authorities whose word counts beside that of the system's; null without a file of them.</summary>
    public static X509Certificate2Collection? ReadAuthorities(IConfiguration source)
    {
        if (source["CA_FILE"] is not { } file)
        {
            return null;
        }

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

    /// <summary>Where metrics and health are to be asked for; null for nowhere.</summary>
    public static EndPoint? ReadMonitoringEndpoint(IConfiguration source) => source["METRICS"] switch
    {
        null => null,
        { } text when text.StartsWith(UnixPrefix, StringComparison.Ordinal) => ParseSocket(text[UnixPrefix.Length..]),
        { } text => ParsePort(text),
    };

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
