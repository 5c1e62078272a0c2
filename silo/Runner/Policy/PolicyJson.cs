using System.Text.Json.Serialization;

namespace OrleansHybrid.Runner.Policy;

/// <summary>A policy file as it is written; what is not allowed in it is not here.</summary>
internal sealed record PolicyDocument
{
    public string? Others { get; init; }
    public IReadOnlyList<RuleDocument?>? Rules { get; init; }
}

/// <summary>A rule as it is written.</summary>
internal sealed record RuleDocument
{
    public IReadOnlyList<string?>? Images { get; init; }
    public bool? Refuse { get; init; }
    public string? Memory { get; init; }
    public double? Cpus { get; init; }
    public long? CpuShares { get; init; }
    public long? Pids { get; init; }
    public string? Disk { get; init; }
    public string? Tmp { get; init; }
    public int? Timeout { get; init; }
    public string? Log { get; init; }
    public string? Pull { get; init; }
    public string? Network { get; init; }
    public bool? Init { get; init; }
    public IReadOnlyList<string?>? Capabilities { get; init; }
    public IReadOnlyList<PathDocument?>? Devices { get; init; }
    public IReadOnlyList<PathDocument?>? Mounts { get; init; }
}

/// <summary>A mount or device as it is written.</summary>
internal sealed record PathDocument
{
    public string? Host { get; init; }
    public string? Container { get; init; }
    public bool Writable { get; init; }
}

/// <summary>Reading of policy files: what is unknown or given twice is an error, but comments and last commas are not.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    ReadCommentHandling = System.Text.Json.JsonCommentHandling.Skip,
    AllowTrailingCommas = true)]
[JsonSerializable(typeof(PolicyDocument))]
internal sealed partial class PolicyJson : JsonSerializerContext;
