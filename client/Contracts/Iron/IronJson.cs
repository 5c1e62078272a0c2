using System.Text.Json.Serialization;
using OrleansHybrid.Contracts.Registries;

namespace OrleansHybrid.Contracts.Iron;

/// <summary>
/// Serialisation of the Iron API: snake case, members without a value left out, unknown members ignored, and numbers
/// in quotes read too. The generated reader gives every init-only member that is missing its type's default, so texts
/// turn null into empty themselves.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.AllowReadingFromString,
    Converters = [typeof(IronDateTimeConverter)])]
[JsonSerializable(typeof(TaskInfo))]
[JsonSerializable(typeof(TaskList))]
[JsonSerializable(typeof(LogEvent))]
[JsonSerializable(typeof(LogRestartedEvent))]
[JsonSerializable(typeof(EnqueueRequest))]
[JsonSerializable(typeof(EnqueueResponse))]
[JsonSerializable(typeof(WebhookResponse))]
[JsonSerializable(typeof(BulkOperationResponse))]
[JsonSerializable(typeof(BulkOperationRequest))]
[JsonSerializable(typeof(RetryRequest))]
[JsonSerializable(typeof(ProgressRequest))]
[JsonSerializable(typeof(MessageResponse))]
[JsonSerializable(typeof(NewCode))]
[JsonSerializable(typeof(UploadResponse))]
[JsonSerializable(typeof(CodeInfo))]
[JsonSerializable(typeof(CodeList))]
[JsonSerializable(typeof(RevisionList))]
[JsonSerializable(typeof(ScheduleRequest))]
[JsonSerializable(typeof(ScheduleUpdate))]
[JsonSerializable(typeof(ScheduleResponse))]
[JsonSerializable(typeof(ScheduleRef))]
[JsonSerializable(typeof(ScheduleInfo))]
[JsonSerializable(typeof(ScheduleList))]
[JsonSerializable(typeof(CodeStats))]
[JsonSerializable(typeof(NewCredentials))]
[JsonSerializable(typeof(RegistryCredentials))]
[JsonSerializable(typeof(NewCluster))]
[JsonSerializable(typeof(ClusterResponse))]
[JsonSerializable(typeof(ClusterList))]
[JsonSerializable(typeof(ClusterCredentials))]
[JsonSerializable(typeof(ClusterUpdate))]
[JsonSerializable(typeof(ShareRequest))]
[JsonSerializable(typeof(TerminateRequest))]
[JsonSerializable(typeof(ClusterTokenResponse))]
[JsonSerializable(typeof(ClusterTokenList))]
[JsonSerializable(typeof(ClusterStatsResponse))]
[JsonSerializable(typeof(ProjectInfo))]
[JsonSerializable(typeof(ProjectList))]
[JsonSerializable(typeof(string[]))]
public sealed partial class IronJson : JsonSerializerContext;
