using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace OrleansHybrid.Runner.Configuration;

/// <summary>A JSON object of settings by the names of their variables. Secrets are none: they have files of their own.</summary>
internal static class SettingsFile
{
    /// <summary>The variable that names it.</summary>
    public const string Setting = "SETTINGS_FILE";

    private const int MaxNameLength = 100;

    /// <summary>Its settings; throws <see cref="ConfigurationException"/> where one of its names is unknown, since a typing error would be silent.</summary>
    public static IReadOnlyList<KeyValuePair<string, string?>> Read(string path)
    {
        var found = ReadContent(path).AsEnumerable().Select(one => KeyValuePair.Create(one.Key, SettingOptions.Normalize(one.Value))).ToList();
        return found.Find(one => one.Key == Setting || !SettingOptions.Variables.Contains(one.Key)) is { Key: { } unknown }
            ? throw Error($"holds {LineSanitizer.Sanitize(unknown, MaxNameLength)}, which can't be set there: it takes the names of variables that have an option.")
            : found;
    }

    private static IConfigurationRoot ReadContent(string path)
    {
        try
        {
            using var content = File.OpenRead(path);
            return new ConfigurationBuilder().AddJsonStream(content).Build();
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            throw Error("names a file that can't be read: check its path and rights.");
        }
        catch (Exception ex) when (ex is JsonException or FormatException or InvalidDataException)
        {
            throw Error("names a file that is not one JSON object with a text or a number for each setting.");
        }
    }

    private static ConfigurationException Error(string problem) => new(Setting, problem);
}
