using System.Text.Json.Serialization;

namespace OrleansHybrid.Abstractions.Runners;

/// <summary>
/// Serialisation of the runner protocol: snake case, unknown members ignored, bytes as base64. A member that may be
/// missing has its type's default or fills itself in; any other is required.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EnrolRequest))]
[JsonSerializable(typeof(EnrolResponse))]
[JsonSerializable(typeof(ClaimRequest))]
[JsonSerializable(typeof(ClaimResponse))]
[JsonSerializable(typeof(HeartbeatRequest))]
[JsonSerializable(typeof(HeartbeatResponse))]
[JsonSerializable(typeof(ReleaseRequest))]
[JsonSerializable(typeof(LogUploadRequest))]
[JsonSerializable(typeof(FinishRequest))]
[JsonSerializable(typeof(AcknowledgeResponse))]
[JsonSerializable(typeof(ZipRequest))]
[JsonSerializable(typeof(ZipResponse))]
[JsonSerializable(typeof(RegistryLogin))]
public sealed partial class RunnerJson : JsonSerializerContext;
