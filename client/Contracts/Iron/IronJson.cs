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
    Converters = [typeof(IronTime)])]
[JsonSerializable(typeof(TaskInfo))]
[JsonSerializable(typeof(TaskList))]
[JsonSerializable(typeof(LogNews))]
[JsonSerializable(typeof(RestartNews))]
[JsonSerializable(typeof(QueueRequest))]
[JsonSerializable(typeof(QueueAnswer))]
[JsonSerializable(typeof(WebhookAnswer))]
[JsonSerializable(typeof(ManyAnswer))]
[JsonSerializable(typeof(ManyRequest))]
[JsonSerializable(typeof(RetryRequest))]
[JsonSerializable(typeof(ProgressRequest))]
[JsonSerializable(typeof(MessageAnswer))]
[JsonSerializable(typeof(NewCode))]
[JsonSerializable(typeof(UploadAnswer))]
[JsonSerializable(typeof(CodeInfo))]
[JsonSerializable(typeof(CodeList))]
[JsonSerializable(typeof(RevisionList))]
[JsonSerializable(typeof(ScheduleRequest))]
[JsonSerializable(typeof(ScheduleChange))]
[JsonSerializable(typeof(ScheduleAnswer))]
[JsonSerializable(typeof(ScheduleRef))]
[JsonSerializable(typeof(ScheduleInfo))]
[JsonSerializable(typeof(ScheduleList))]
[JsonSerializable(typeof(CodeStats))]
[JsonSerializable(typeof(NewCredentials))]
[JsonSerializable(typeof(RegistryLogin))]
[JsonSerializable(typeof(NewCluster))]
[JsonSerializable(typeof(ClusterAnswer))]
[JsonSerializable(typeof(ClusterList))]
[JsonSerializable(typeof(ClusterCredentials))]
[JsonSerializable(typeof(ClusterUpdate))]
[JsonSerializable(typeof(ShareRequest))]
[JsonSerializable(typeof(TerminateRequest))]
[JsonSerializable(typeof(ClusterTokenAnswer))]
[JsonSerializable(typeof(ClusterTokenList))]
[JsonSerializable(typeof(ClusterStatsAnswer))]
[JsonSerializable(typeof(ProjectInfo))]
[JsonSerializable(typeof(ProjectList))]
[JsonSerializable(typeof(string[]))]
public sealed partial class IronJson : JsonSerializerContext;
