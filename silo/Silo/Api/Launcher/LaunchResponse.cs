using System.Text.Json.Serialization;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>A launch as its caller sees it, without anything of the provider.</summary>
internal sealed record LaunchResponse
{
    public required string Id { get; init; }

    public required string State { get; init; }

    public bool? Duplicate { get; init; }

    public required string CommitHash { get; init; }

    public string? Verdict { get; init; }

    public int? ExitCode { get; init; }

    public required int Attempt { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public required DateTimeOffset Deadline { get; init; }

    public required decimal Cost { get; init; }

    public static LaunchResponse Of(LaunchSnapshot launch, bool duplicate = false) => new()
    {
        Id = launch.Id,
        State = LaunchStateNames.Of(launch.Phase),
        Duplicate = duplicate ? true : null,
        CommitHash = launch.CommitHash,
        Verdict = LaunchStateNames.Of(launch.Verdict),
        ExitCode = launch.ExitCode,
        Attempt = launch.Attempt,
        CreatedAt = launch.CreatedAt,
        StartedAt = launch.StartedAt,
        EndedAt = launch.EndedAt,
        Deadline = launch.Deadline,
        Cost = launch.Cost,
    };
}

/// <summary>The JSON of the launcher's endpoints.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LaunchResponse))]
[JsonSerializable(typeof(LaunchErrorResponse))]
internal sealed partial class LaunchJsonContext : JsonSerializerContext;
