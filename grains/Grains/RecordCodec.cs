using System.Buffers;
using System.Collections;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Serializers;
using Orleans.Serialization.WireProtocol;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Grains.Clusters;

namespace OrleansHybrid.Grains;

/// <summary>How arguments and results of grains are serialized between silos and clients.</summary>
public static class GrainMessages
{
    /// <summary>Lets a silo serialize the messages of all our grains.</summary>
    public static ISerializerBuilder AddGrainMessages(this ISerializerBuilder serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        serializer.AddAssembly(typeof(IClusterDispatchGrain).Assembly)
            .AddAssembly(typeof(ClusterDefaults).Assembly);
        // What a client may leave out must not arrive as null where nothing can be null.
        serializer.AddJsonSerializer(
            RecordCodec.IsOurRecord, isCopyable: null, json => json.Configure(codec => codec.SerializerOptions.RespectNullableAnnotations = true));
        serializer.Services.AddSingleton<RecordCodec>();
        serializer.Services.AddSingleton<IGeneralizedCopier>(provider => provider.GetRequiredService<RecordCodec>());
        serializer.Services.AddSingleton<IGeneralizedCodec>(provider => provider.GetRequiredService<RecordCodec>());
        serializer.Services.AddSingleton<ITypeFilter>(provider => provider.GetRequiredService<RecordCodec>());
        return serializer;
    }
}

/// <summary>
/// Copies and serializes our records for Orleans: records of domain, launcher and of grains among themselves are immutable, so they
/// are not copied, and compiler-made lists travel as arrays.
/// </summary>
internal sealed class RecordCodec(JsonCodec json) : IGeneralizedCopier, IGeneralizedCodec, ITypeFilter
{
    private const string ListsOfTheCompiler = "<>z__ReadOnly";

    /// <summary>True for a type of the domain, of the grains among themselves, or of the launcher.</summary>
    public static bool IsOurRecord(Type type) =>
        type.Namespace is { } space
        && (space.StartsWith("OrleansHybrid.Domain", StringComparison.Ordinal)
            || space.StartsWith("OrleansHybrid.Grains", StringComparison.Ordinal)
            || space.StartsWith("OrleansHybrid.Launcher.Domain", StringComparison.Ordinal)
            || space.StartsWith("OrleansHybrid.Launcher.Grain", StringComparison.Ordinal));

    public object? DeepCopy(object? input, CopyContext context) => input;

    public void WriteField<TBufferWriter>(
        ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, object? value)
        where TBufferWriter : IBufferWriter<byte>
    {
        var list = (IList)value!;
        var array = Array.CreateInstance(list.GetType().GenericTypeArguments[0], list.Count);
        list.CopyTo(array, 0);
        ((IFieldCodec)json).WriteField(ref writer, fieldIdDelta, expectedType, array);
    }

    // What is written names the JSON codec, which then reads it.
    public object? ReadValue<TInput>(ref Reader<TInput> reader, Field field) =>
        ((IFieldCodec)json).ReadValue(ref reader, field);

    bool IGeneralizedCopier.IsSupportedType(Type type) => IsOurRecord(type) || IsList(type);

    bool IGeneralizedCodec.IsSupportedType(Type type) => IsList(type);

    bool? ITypeFilter.IsTypeAllowed(Type type) => IsOurRecord(type) || IsList(type) ? true : null;

    private static bool IsList(Type type) =>
        type is { IsConstructedGenericType: true }
        && type.Name.StartsWith(ListsOfTheCompiler, StringComparison.Ordinal)
        && IsOurRecord(type.GenericTypeArguments[0]);
}
