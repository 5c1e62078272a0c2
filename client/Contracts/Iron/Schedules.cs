using System.Text.Json.Serialization;

namespace OrleansHybrid.Contracts.Iron;

/// <summary>The settings that a new schedule and a change of one have in common.</summary>
public abstract record ScheduleSettings
{
    /// <summary>Seconds from one run to the next, 60 at least.</summary>
    public int? RunEvery { get; init; }

    /// <summary>After how many runs it is complete.</summary>
    public int? RunTimes { get; init; }

    /// <summary>No run is due after this.</summary>
    public DateTimeOffset? EndAt { get; init; }

    /// <summary>Priority of its tasks: 0, 1 or 2.</summary>
    public int? Priority { get; init; }

    /// <summary>Wall time that each task may take, in seconds.</summary>
    public int? Timeout { get; init; }

    /// <summary>How long each task is held back, in seconds.</summary>
    public int? TaskDelay { get; init; }

    /// <summary>A run is skipped while so many of its tasks have not ended.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>Cluster id or name; absent for the default cluster.</summary>
    public string? Cluster { get; init; }

    /// <summary>Label of its tasks.</summary>
    public string? Label { get; init; }

    /// <summary>
    /// Only runners that have all of these labels are given its tasks; beside those that the code package requires then. In a change they
    /// replace those before; empty for none. An addition.
    /// </summary>
    public IReadOnlyList<string>? RequiredLabels { get; init; }

    /// <summary>A name, for people.</summary>
    public string? Name { get; init; }

    /// <summary>Cron expression of five fields, instead of <see cref="RunEvery"/>. An addition to the published API.</summary>
    public string? Cron { get; init; }

    /// <summary>IANA time zone of <see cref="Cron"/>, such as <c>Europe/Berlin</c>; absent for UTC. An addition.</summary>
    public string? Timezone { get; init; }

    /// <summary>
    /// From when on no runner starts a program with this payload; null for never. It goes into the payload's envelope, and never to the
    /// server.
    /// </summary>
    [JsonIgnore]
    public DateTimeOffset? NotAfter { get; init; }
}

/// <summary>
/// A schedule to make: which task is queued, and when. With neither <see cref="ScheduleSettings.RunEvery"/> nor
/// <see cref="ScheduleSettings.Cron"/> it runs once.
/// </summary>
public sealed record NewSchedule : ScheduleSettings
{
    /// <summary>Name of the code package; each task runs the revision that is current then.</summary>
    public required string CodeName { get; init; }

    /// <summary>The payload of each task, unchanged; it must not be empty.</summary>
    public required string Payload { get; init; }

    /// <summary>When it first runs; at once by default.</summary>
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>How long to wait for the first run, in seconds, when there is no <see cref="StartAt"/>.</summary>
    public int? Delay { get; init; }
}

/// <summary>Body of <c>PUT P/schedules/{id}</c>; what is left out stays as it is.</summary>
public sealed record ScheduleUpdate : ScheduleSettings
{
    /// <inheritdoc cref="NewSchedule.CodeName"/>
    public string? CodeName { get; init; }

    /// <inheritdoc cref="NewSchedule.Payload"/>
    public string? Payload { get; init; }

    /// <summary>The new start of its runs.</summary>
    public DateTimeOffset? StartAt { get; init; }
}

/// <summary>Body of <c>POST P/schedules</c>: all of them are made, or none.</summary>
public sealed record ScheduleRequest
{
    /// <summary>The schedules.</summary>
    public required IReadOnlyList<NewSchedule> Schedules { get; init; }
}

/// <summary>Response to <see cref="ScheduleRequest"/>.</summary>
public sealed record ScheduleResponse
{
    /// <summary><c>Scheduled</c>.</summary>
    public string Msg { get; init => field = value ?? ""; } = "";

    /// <summary>The new schedules, in the order of the request.</summary>
    public required IReadOnlyList<ScheduleRef> Schedules { get; init; }
}

/// <summary>Names one schedule.</summary>
public sealed record ScheduleRef
{
    /// <summary>Schedule id: 24 hex digits.</summary>
    public required string Id { get; init; }
}

/// <summary>A schedule as the Iron API shows it; unset times are <see cref="DateTimeOffset.MinValue"/>, unset numbers 0.</summary>
public sealed record ScheduleInfo
{
    /// <summary>Schedule id: 24 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>The project that it belongs to: 24 hex digits.</summary>
    public string ProjectId { get; init => field = value ?? ""; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Name of the code package.</summary>
    public string CodeName { get; init => field = value ?? ""; } = "";

    /// <summary>The payload as it was sent: sealed when the client sealed it.</summary>
    public string Payload { get; init => field = value ?? ""; } = "";

    /// <summary><c>scheduled</c>, <c>complete</c>, <c>cancelled</c> or <c>error</c>; readers must expect others.</summary>
    public required string Status { get; init; }

    /// <summary>Why it is in this status, or why its last run was skipped.</summary>
    public string Msg { get; init => field = value ?? ""; } = "";

    /// <summary>Where its runs are counted from.</summary>
    public DateTimeOffset StartAt { get; init; }

    /// <summary>No run is due after this.</summary>
    public DateTimeOffset EndAt { get; init; }

    /// <summary>When the next run is due; unset when none is.</summary>
    public DateTimeOffset NextStart { get; init; }

    /// <summary>When it last queued a task.</summary>
    public DateTimeOffset LastRunTime { get; init; }

    /// <summary>How many runs came due and queued a task; those by hand are not counted.</summary>
    public int RunCount { get; init; }

    /// <summary>After how many runs it is complete.</summary>
    public int RunTimes { get; init; }

    /// <summary>Seconds from one run to the next.</summary>
    public int RunEvery { get; init; }

    /// <summary>Wall time that each task may take, in seconds; 0 for the longest that its cluster allows.</summary>
    public int Timeout { get; init; }

    /// <summary>Priority of its tasks; 0 also when that is the code package's.</summary>
    public int Priority { get; init; }

    /// <summary>How long its first run was put off, in seconds.</summary>
    public int Delay { get; init; }

    /// <summary>How long each task is held back, in seconds.</summary>
    public int TaskDelay { get; init; }

    /// <summary>A run is skipped while so many of its tasks have not ended; 0 for no limit.</summary>
    public int MaxConcurrency { get; init; }

    /// <summary>The cluster of its tasks.</summary>
    public string Cluster { get; init => field = value ?? ""; } = "";

    /// <summary>Label of its tasks.</summary>
    public string Label { get; init => field = value ?? ""; } = "";

    /// <summary>The labels that its tasks require of a runner beyond their code package; absent for none. An addition.</summary>
    public IReadOnlyList<string>? RequiredLabels { get; init; }

    /// <summary>How many runs could not queue a task.</summary>
    public int ErrorCount { get; init; }

    /// <summary>A name, for people.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>Its cron expression; absent when it has none. An addition to the published API.</summary>
    public string? Cron { get; init; }

    /// <summary>The time zone of <see cref="Cron"/>; absent for UTC. An addition.</summary>
    public string? Timezone { get; init; }

    /// <summary>True while it waits to be resumed; its status is <c>scheduled</c> then. An addition.</summary>
    public bool? Paused { get; init; }

    /// <summary>How many runs were skipped because of <see cref="MaxConcurrency"/>. An addition.</summary>
    public int? SkipCount { get; init; }

    /// <summary>How often one late run stood for more that had been missed. An addition.</summary>
    public int? CollapseCount { get; init; }
}

/// <summary>Response to <c>GET P/schedules</c>: one page, newest first.</summary>
public sealed record ScheduleList
{
    /// <summary>The schedules; empty behind the last page.</summary>
    public required IReadOnlyList<ScheduleInfo> Schedules { get; init; }
}
