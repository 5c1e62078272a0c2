using System.Text.Json.Serialization;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.State;

/// <summary>How the state folder's files are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PreviousSession))]
[JsonSerializable(typeof(TaskResult))]
internal sealed partial class StateJson : JsonSerializerContext;
