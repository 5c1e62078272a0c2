using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Silo.Api.RunnerProtocol;

/// <summary>Reads the bodies of the runner protocol, stricter than its clients: what may not be null is not.</summary>
internal static class RunnerBody
{
    /// <summary>The protocol's shapes.</summary>
    public static RunnerJson Shapes { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
    });

    /// <summary>The body as a shape.</summary>
    public static T Read<T>(byte[] body, JsonTypeInfo<T> shape)
    {
        try
        {
            return JsonSerializer.Deserialize(body, shape) ?? throw new ApiException("The body must not be null");
        }
        catch (JsonException ex)
        {
            throw new ApiException($"The body is not valid: {ex.Message}");
        }
    }

    /// <summary>Rejects a message that came through a gateway without what may not be null, as a body without it is.</summary>
    public static void RejectNulls(object message)
    {
        foreach (var property in Shapes.Options.GetTypeInfo(message.GetType()).Properties)
        {
            switch (property.Get!(message))
            {
                case null when !property.IsGetNullable:
                    throw new ApiException($"The message is not valid: {property.Name} must not be null");
                case object[] items:
                    Array.ForEach([.. items.Where(IsShape)], RejectNulls);
                    break;
                case { } value when IsShape(value):
                    RejectNulls(value);
                    break;
            }
        }
    }

    private static bool IsShape(object? value) => value is not null && value.GetType().Namespace == typeof(RunnerJson).Namespace;
}
