using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Grains.Clusters;

namespace OrleansHybrid.Grains;

/// <summary>
/// How arguments and results of grains are serialized between silos and clients: messages by the code that Orleans generates for them,
/// values of a domain, which knows no Orleans, as JSON.
/// </summary>
public static class GrainMessages
{
    /// <summary>Lets a silo serialize what all our grains are told and what they return.</summary>
    public static ISerializerBuilder AddGrainMessages(this ISerializerBuilder serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        serializer.AddAssembly(typeof(IClusterDispatchGrain).Assembly)
            .AddAssembly(typeof(ClusterDefaults).Assembly);
        // What a client may leave out must not arrive as null where nothing can be null.
        serializer.AddJsonSerializer(
            IsDomainValue, isCopyable: null, json => json.Configure(codec => codec.SerializerOptions.RespectNullableAnnotations = true));
        serializer.Services.AddSingleton<IGeneralizedCopier, DomainValueCopier>();
        return serializer;
    }

    /// <summary>True for a value of the domain, or of the launcher's.</summary>
    public static bool IsDomainValue(Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return type.Namespace is { } space
            && (space.StartsWith("OrleansHybrid.Domain", StringComparison.Ordinal)
                || space.StartsWith("OrleansHybrid.Launcher.Domain", StringComparison.Ordinal));
    }

    /// <summary>Values of a domain never change: within a silo they are not copied.</summary>
    private sealed class DomainValueCopier : IGeneralizedCopier
    {
        public object? DeepCopy(object? input, CopyContext context) => input;

        public bool IsSupportedType(Type type) => IsDomainValue(type);
    }
}
