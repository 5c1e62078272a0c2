using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Contracts.RunnerProtocol;

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
}
