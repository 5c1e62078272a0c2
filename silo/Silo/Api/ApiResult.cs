using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansHybrid.Silo.Api;

/// <summary>A JSON body with its length, never compressed, since published clients can't read that.</summary>
internal sealed class ApiResult(byte[] body, int status) : IResult
{
    /// <summary>The status.</summary>
    public int Status => status;

    /// <summary>The JSON.</summary>
    public byte[] Body => body;

    /// <summary>Writes a shape of the wire.</summary>
    public static ApiResult Of<T>(T value, JsonTypeInfo<T> shape, int status = StatusCodes.Status200OK) =>
        new(JsonSerializer.SerializeToUtf8Bytes(value, shape), status);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        return response.Body.WriteAsync(body, httpContext.RequestAborted).AsTask();
    }
}
