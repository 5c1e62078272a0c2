using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Architecture.Tests;

/// <summary>
/// Defaults of members that a sender leaves out are those of the record: the generated readers know only the defaults of types, so a record
/// that wants another one has to see to it.
/// </summary>
public sealed class WireRecordTests
{
    public static TheoryData<Type> Contexts() => [.. Directory
        .EnumerateFiles(AppContext.BaseDirectory, "OrleansHybrid.*.dll")
        .Select(file => Assembly.Load(AssemblyName.GetAssemblyName(file)))
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.IsSubclassOf(typeof(JsonSerializerContext)) && Records(type).Count > 0)];

    [Fact]
    public void Calls_of_both_protocols_are_checked()
    {
        Assert.Contains(typeof(TaskResult), Records(typeof(RunnerJson)).Select(record => record.Type));
        Assert.Contains(typeof(TaskInfo), Records(typeof(IronJson)).Select(record => record.Type));
    }

    [Theory]
    [MemberData(nameof(Contexts))]
    public void A_member_that_is_missing_has_its_declared_default(Type context) => Assert.All(Records(context), record =>
    {
        var declared = Activator.CreateInstance(record.Type)!;
        var read = JsonSerializer.Deserialize(MinimalObject(record), record)!;

        Assert.All(
            record.Properties.Where(property => property is { IsRequired: false, Get: not null }),
            property => Assert.Equal<object?[]>([property.Name, property.Get!(declared)], [property.Name, property.Get!(read)]));
    });

    /// <summary>The records of a context and those inside them, but for those that a constructor's parameters define.</summary>
    private static List<JsonTypeInfo> Records(Type context)
    {
        var shapes = context.GetProperty("Default")!.GetValue(null);
        return [.. context.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.PropertyType.IsAssignableTo(typeof(JsonTypeInfo)))
            .Select(property => (JsonTypeInfo)property.GetValue(shapes)!)
            .Where(shape => shape.Kind == JsonTypeInfoKind.Object && shape.Type.GetConstructor([]) is not null)];
    }

    /// <summary>An object with nothing but what is required.</summary>
    private static JsonObject MinimalObject(JsonTypeInfo shape) => new(shape.Properties
        .Where(property => property.IsRequired)
        .Select(property => KeyValuePair.Create(property.Name, SampleValue(shape.Options.GetTypeInfo(property.PropertyType)))));

    private static JsonNode? SampleValue(JsonTypeInfo shape) => shape switch
    {
        { Kind: JsonTypeInfoKind.Object } => MinimalObject(shape),
        { Kind: JsonTypeInfoKind.Dictionary } => new JsonObject(),
        { Kind: JsonTypeInfoKind.Enumerable } => new JsonArray(),
        _ when shape.Type == typeof(string) || shape.Type == typeof(byte[]) => JsonValue.Create(""),
        _ when shape.Type == typeof(bool) => JsonValue.Create(true),
        _ when shape.Type == typeof(DateTimeOffset) => JsonValue.Create(DateTimeOffset.UnixEpoch),
        _ => JsonValue.Create(1),
    };
}
