using System.Text.Json.Serialization;
using OrleansHybrid.Contracts.Registries;

namespace OrleansHybrid.Contracts.Runners;

/// <summary>
/// Serialisation of the runner protocol: snake case, unknown members ignored, bytes as base64. A member that may be
/// missing has its type's default or fills itself in, as in <see cref="Iron.IronJson"/>; any other is required.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EnrolRequest))]
[JsonSerializable(typeof(EnrolAnswer))]
[JsonSerializable(typeof(ClaimRequest))]
[JsonSerializable(typeof(ClaimAnswer))]
[JsonSerializable(typeof(HeartbeatRequest))]
[JsonSerializable(typeof(HeartbeatAnswer))]
[JsonSerializable(typeof(ReleaseRequest))]
[JsonSerializable(typeof(LogRequest))]
[JsonSerializable(typeof(FinishRequest))]
[JsonSerializable(typeof(ReportAnswer))]
[JsonSerializable(typeof(ZipRequest))]
[JsonSerializable(typeof(ZipAnswer))]
[JsonSerializable(typeof(RegistryLogin))]
public sealed partial class RunnerJson : JsonSerializerContext;
