using System.Text.Json;
using OrleansHybrid.Primitives.Text;

namespace OrleansHybrid.Cli.Configuration;

/// <summary>
/// A published client's <c>iron.json</c>: defaults at the top, an <c>iron_worker</c> object that overrides them, and
/// both again inside an object a named environment.
/// </summary>
internal static class IronFile
{
    /// <summary>Reads one file; null when it is not there, or has no such environment.</summary>
    public static IronSettings? Read(string path, string? environment)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(ByteOrderMark.ToUtf8(File.ReadAllBytes(path)));
            var settings = document.RootElement;
            if (environment is not null && !settings.TryGetProperty(environment, out settings))
            {
                return null;
            }

            var general = Parse(settings);
            return settings.TryGetProperty("iron_worker", out var worker) ? Parse(worker).WithFallback(general) : general;
        }
        catch (Exception ex) when (ex is JsonException or InvalidOperationException)
        {
            throw new CliException(ExitCodes.ConfigError, $"{path} is no JSON object of settings: {ex.Message}");
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCodes.ConfigError, $"{path} can't be read: {ex.Message}");
        }
    }

    private static IronSettings Parse(JsonElement settings) => new()
    {
        Token = ReadText(settings, "token"),
        ProjectId = ReadText(settings, "project_id"),
        Host = ReadText(settings, "host"),
        Port = ReadText(settings, "port"),
        Scheme = ReadText(settings, "scheme"),
        ApiVersion = ReadText(settings, "api_version"),
    };

    private static string? ReadText(JsonElement settings, string name) => !settings.TryGetProperty(name, out var value)
        ? null
        : value.ValueKind switch
        {
            JsonValueKind.String when value.GetString() is { Length: > 0 } text => text,
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.Null or JsonValueKind.String => null,
            var kind => throw new JsonException($"{name} is {kind}, a text or a number was expected"),
        };
}
