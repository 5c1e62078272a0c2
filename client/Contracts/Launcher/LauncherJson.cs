using System.Text.Json.Serialization;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Contracts.Launcher;

/// <summary>Serialisation of what operators of a launcher ask: as <see cref="IronJson"/>, with unset times absent.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(IronDateTimeConverter)])]
[JsonSerializable(typeof(LauncherStatus))]
[JsonSerializable(typeof(LaunchInfo))]
[JsonSerializable(typeof(LaunchList))]
[JsonSerializable(typeof(AuditPage))]
public sealed partial class LauncherJson : JsonSerializerContext;
