using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansHybrid.Fakes;

/// <summary>The part of a submission, in any of the three shapes, that makes a job.</summary>
internal sealed record Submission(
    string Username, string Key, string Label, string Image, string Script, string Machine, int Nodes, TimeSpan? Walltime)
{
    private static readonly JsonSerializerOptions Lenient = new()
    {
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
        PropertyNameCaseInsensitive = false,
    };

    /// <summary>Reads a body; null when it is no submission of this kind.</summary>
    public static Submission? Read(byte[] body, bool isBatch)
    {
        try
        {
            var wish = JsonSerializer.Deserialize<Body>(body, Lenient);
            var (image, script) = isBatch
                ? (wish?.Container?.Image, Plain(wish?.Container?.Jobscript))
                : (wish?.App ?? wish?.Nae?.Name, wish?.Application?.Command ?? wish?.Nae?.Command);
            if (wish is not { Machine: { Type: { } machine, Nodes: var nodes and > 0 }, User: { Username: { } user, Apikey: { } key } }
                || image is null || script is null)
            {
                return null;
            }

            var walltime = wish.Application?.Walltime ?? wish.Nae?.Walltime;
            return new Submission(user, key, wish.JobLabel ?? "", image, script, machine, nodes, walltime is null ? null : Limit(walltime));
        }
        catch (Exception ex) when (ex is JsonException or FormatException)
        {
            return null;
        }
    }

    private static string? Plain(string? script)
    {
        var buffer = new byte[script?.Length ?? 0];
        return script is not null && Convert.TryFromBase64String(script, buffer, out var length)
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : script;
    }

    // Hours may be more than a day of them.
    private static TimeSpan Limit(string text)
    {
        var parts = text.Split(':').Select(part => int.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture)).ToArray();
        return parts.Length == 3 ? new TimeSpan(parts[0], parts[1], parts[2]) : throw new FormatException("HH:MM:SS");
    }

    internal sealed record Body
    {
        [JsonPropertyName("app")]
        public string? App { get; init; }

        [JsonPropertyName("application")]
        public ApplicationPart? Application { get; init; }

        [JsonPropertyName("container")]
        public ContainerPart? Container { get; init; }

        [JsonPropertyName("nae")]
        public NaePart? Nae { get; init; }

        [JsonPropertyName("machine")]
        public MachinePart? Machine { get; init; }

        [JsonPropertyName("user")]
        public UserPart? User { get; init; }

        [JsonPropertyName("job_label")]
        public string? JobLabel { get; init; }
    }

    internal sealed record ApplicationPart(
        [property: JsonPropertyName("command")] string? Command, [property: JsonPropertyName("walltime")] string? Walltime);

    internal sealed record ContainerPart(
        [property: JsonPropertyName("image")] string? Image, [property: JsonPropertyName("jobscript")] string? Jobscript);

    internal sealed record NaePart(
        [property: JsonPropertyName("name")] string? Name,
        [property: JsonPropertyName("command")] string? Command,
        [property: JsonPropertyName("walltime")] string? Walltime);

    internal sealed record MachinePart(
        [property: JsonPropertyName("type")] string? Type, [property: JsonPropertyName("nodes")] int Nodes);

    internal sealed record UserPart(
        [property: JsonPropertyName("username")] string? Username, [property: JsonPropertyName("apikey")] string? Apikey);
}
