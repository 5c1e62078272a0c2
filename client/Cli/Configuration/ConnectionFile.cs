using System.Text.Json;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Cli.Configuration;

/// <summary>The <c>connection.json</c> that <c>silo -- up</c> leaves for clients on the same machine.</summary>
internal sealed record ConnectionFile(IronSettings Settings, string? ClusterId)
{
    public static ConnectionFile Read(CliConsole console, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(ByteOrderMark.ToUtf8(console.ReadFile(path)));
            var url = new Uri(ReadText(document, "url") ?? throw new FormatException("url is missing"));
            return new ConnectionFile(
                new IronSettings
                {
                    Scheme = url.Scheme,
                    Host = url.Host,
                    Port = $"{url.Port}",
                    Token = ReadText(document, "token"),
                    ProjectId = ReadText(document, "project_id"),
                },
                ReadText(document, "cluster_id"));
        }
        catch (Exception ex) when (ex is JsonException or FormatException or InvalidOperationException)
        {
            throw new CliException(
                ExitCodes.ConfigError, $"{path} is no connection file of `silo -- up`: {ex.Message}");
        }
    }

    private static string? ReadText(JsonDocument document, string name) =>
        document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
}
