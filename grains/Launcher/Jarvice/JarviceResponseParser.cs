using System.Globalization;
using System.Text.Json;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Launcher.Jarvice;

/// <summary>
/// Reads replies: only what is named here is taken out of them, so that what a server echoes of a submission is dropped with the rest.
/// Throws <see cref="FormatException"/>, or what the JSON reader throws, when a reply is not what its call promises.
/// </summary>
internal static class JarviceResponseParser
{
    private const int MaxNameLength = 128;

    /// <summary>The number of a job that was started.</summary>
    public static long Number(JsonElement reply) =>
        reply.GetProperty("number") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) && value > 0
            ? value
            : throw new FormatException("no number of a job");

    /// <summary>A list of jobs.</summary>
    public static IReadOnlyList<JobRecord> Jobs(JsonElement reply) =>
        [.. reply.EnumerateObject().Select(job => Job(Number(job.Name), job.Value))];

    /// <summary>One job of a list.</summary>
    public static JobRecord Job(JsonElement reply, long number) =>
        Job(number, reply.GetProperty(number.ToString(CultureInfo.InvariantCulture)));

    /// <summary>A list of machines.</summary>
    public static IReadOnlyList<MachineType> Machines(JsonElement reply) =>
        [.. reply.EnumerateObject().Where(machine => Name(machine.Name) is not null).Select(Machine)];

    private static MachineType Machine(JsonProperty machine) => new(
        machine.Name,
        Amount(machine.Value, "mc_price"),
        Amount(machine.Value, "mc_max_concurrent") is { } most and > 0 and <= int.MaxValue ? (int)most : null);

    private static JobRecord Job(long number, JsonElement job) => new()
    {
        Number = number,
        State = State(Text(job, "job_status")),
        Label = Name(Text(job, "job_label")),
        StartedAt = Time(job, "job_start_time"),
        EndedAt = Time(job, "job_end_time"),
        Cost = job.TryGetProperty("job_stats", out var stats) && stats.ValueKind == JsonValueKind.Object
            && Amount(stats, "compute_cost") is { } cost ? cost + (Amount(stats, "app_cost") ?? 0) : null,
    };

    private static ReportedJobState State(string? word) => word?.ToUpperInvariant() switch
    {
        "SUBMITTED" or "SEQUENTIALLY QUEUED" => ReportedJobState.Queued,
        "PROCESSING STARTING" => ReportedJobState.Running,
        "COMPLETED" => ReportedJobState.Completed,
        "COMPLETED WITH ERROR" => ReportedJobState.Failed,
        "TERMINATED" => ReportedJobState.Terminated,
        "CANCELED" => ReportedJobState.Canceled,
        _ => ReportedJobState.Unknown,
    };

    private static long Number(string name) =>
        long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new FormatException("a job without a number");

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Our names have a limited length and characters; any other is not ours.
    private static string? Name(string? text) => text is { Length: > 0 and <= MaxNameLength } && !text.Any(char.IsControl) ? text : null;

    // The provider writes zero for "not yet".
    private static DateTimeOffset? Time(JsonElement entry, string name) =>
        Amount(entry, name) is { } seconds and > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;

    /// <summary>An amount, written as a number or as a string; null when it is none, or a negative one.</summary>
    private static decimal? Amount(JsonElement entry, string name)
    {
        if (!entry.TryGetProperty(name, out var value))
        {
            return null;
        }

        var amount = value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDecimal(out var number) ? number : -1,
            JsonValueKind.String => decimal.TryParse(
                value.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : -1,
            _ => -1,
        };
        return amount >= 0 ? amount : null;
    }
}
