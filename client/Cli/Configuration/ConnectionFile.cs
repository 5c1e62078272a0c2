using System.Text.Json;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Cli.Configuration;

/// <summary>The <c>connection.json</c> that <c>silo -- up</c> leaves for clients on the same machine.</summary>
internal sealed record ConnectionFile(IronSettings Settings, string? ClusterId)
{
    public static ConnectionFile Read(Shell shell, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(ByteOrderMark.Utf8(shell.ReadFile(path)));
            var url = new Uri(Text(document, "url") ?? throw new FormatException("url is missing"));
            return new ConnectionFile(
                new IronSettings
                {
                    Scheme = url.Scheme,
                    Host = url.Host,
                    Port = $"{url.Port}",
                    Token = Text(document, "token"),
                    ProjectId = Text(document, "project_id"),
                },
                Text(document, "cluster_id"));
        }
        catch (Exception ex) when (ex is JsonException or FormatException or InvalidOperationException)
        {
            throw new CliException(
                ExitCodes.Configuration, $"{path} is no connection file of `silo -- up`: {ex.Message}");
        }
    }

    private static string? Text(JsonDocument document, string name) =>
        document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null;
}
