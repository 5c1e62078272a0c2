using OrleansHybrid.Silo.Api.Iron;

namespace OrleansHybrid.Silo.Configuration;

/// <summary>The limits of the API for users and runners.</summary>
internal sealed class ApiOptions : ISettings
{
    /// <summary>The highest limit for payloads; a queue request has to hold at least one.</summary>
    public const int MaxPayloadLimit = 4 << 20;

    private const int MaxUploadLimit = 1 << 30;
    private const long MaxLogLimit = 1L << 40;
    private const int MaxScheduleLimit = 1_000_000;

    /// <summary>The largest payload, and the largest config, in bytes.</summary>
    public int PayloadLimit { get; set; } = 64 << 10;

    /// <summary>How many schedules of a project may be there that have not ended.</summary>
    public int ScheduleLimit { get; set; } = 100;

    /// <summary>The largest zip of an upload, in bytes.</summary>
    public int UploadLimit { get; set; } = 64 << 20;

    /// <summary>Most bytes of one task's log. Runners have a limit of their own; what one sends beyond this is not kept.</summary>
    public long LogLimit { get; set; } = 10 << 20;

    /// <summary>How many bytes a zip may say that it has when unpacked.</summary>
    public long UnpackedLimit => 16L * UploadLimit;

    /// <summary>Which image runs a zip that comes without one, by its stack or runtime.</summary>
    public IReadOnlyDictionary<string, string> RuntimeImages { get; set; } = new Dictionary<string, string>();

    /// <summary>How long a runner's claim is held open.</summary>
    public TimeSpan PollTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many clusters a user may have.</summary>
    public int MaxClusters { get; set; } = 1000;

    /// <inheritdoc />
    public void Read(SettingReader settings)
    {
        PayloadLimit = settings.ReadNumber(
            "HYBRID_PAYLOAD_LIMIT", PayloadLimit, 1024, MaxPayloadLimit, $"must be a number of bytes from 1024 to {MaxPayloadLimit}.");
        ScheduleLimit = settings.ReadNumber(
            "HYBRID_SCHEDULE_LIMIT", ScheduleLimit, 0, MaxScheduleLimit, $"must be how many schedules a project may have, from 0 to {MaxScheduleLimit}.");
        UploadLimit = settings.ReadNumber(
            "HYBRID_UPLOAD_LIMIT", UploadLimit, 1024, MaxUploadLimit, $"must be a number of bytes from 1024 to {MaxUploadLimit}.");
        LogLimit = settings.ReadNumber(
            "HYBRID_LOG_LIMIT", LogLimit, 4096, MaxLogLimit, $"must be a number of bytes from 4096 to {MaxLogLimit}.");
        RuntimeImages = settings.Read(
            "HYBRID_RUNTIME_IMAGES",
            RuntimeImages,
            ParseImages,
            "must be runtimes or stacks, each once, and their images, such as ruby=ruby:3;sh=alpine:3.");
    }

    private static Dictionary<string, string>? ParseImages(string text)
    {
        var images = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, var image]
                || !IronMapping.IsImage(image)
                || !images.TryAdd(name, image))
            {
                return null;
            }
        }

        return images;
    }
}
