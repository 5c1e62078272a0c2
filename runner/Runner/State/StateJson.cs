using System.Text.Json.Serialization;
using Orleans.Hybrid.Contracts.Runners;

namespace Orleans.Hybrid.Runner.State;

/// <summary>How the state folder's files are written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PreviousSession))]
[JsonSerializable(typeof(TaskResult))]
internal sealed partial class StateJson : JsonSerializerContext;
