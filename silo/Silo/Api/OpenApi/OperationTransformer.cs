using System.Text.RegularExpressions;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrleansHybrid.Contracts.Iron;

namespace OrleansHybrid.Silo.Api.OpenApi;

/// <summary>Writes what <see cref="OperationMetadata"/> says into an operation; the framework has written its answer's shape.</summary>
internal static partial class OperationTransformer
{
    private const string Json = "application/json";

    public static async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var (metadata, path) = (context.Description.ActionDescriptor.EndpointMetadata, context.Description.RelativePath ?? "");
        var described = metadata.OfType<OperationMetadata>().Last();
        (operation.OperationId, operation.Summary) = (described.Id, described.Summary);
        operation.Parameters = [.. PathKeys().Matches(path).Select(key => ToPathParameter(key.Groups[1].Value)), .. described.Query.Select(ToQueryParameter)];
        if (metadata.OfType<RequestBodyMetadata>().LastOrDefault() is { } body)
        {
            operation.RequestBody = await BodyAsync(body, context, cancellationToken);
        }

        if (path.Split('/')[0] is "2" or "runner" or "launcher")
        {
            operation.Responses!["default"] = new OpenApiResponse
            {
                Description = "Rejected: `msg` names the field and the rule. 503 means: retry after `Retry-After`.",
                Content = Of(Json, await SchemaAsync(typeof(MessageResponse), context, cancellationToken)),
            };
        }
    }

    private static OpenApiParameter ToPathParameter(string name) => new()
    {
        Name = name,
        In = ParameterLocation.Path,
        Required = true,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiParameter ToQueryParameter(QueryParameter key) => new()
    {
        Name = key.Name,
        In = ParameterLocation.Query,
        Description = key.Description,
        Schema = new OpenApiSchema { Type = key.IsNumber ? JsonSchemaType.Integer : JsonSchemaType.String },
    };

    private static async Task<OpenApiRequestBody> BodyAsync(
        RequestBodyMetadata body, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var bytes = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        if (body.Shape is not { } type)
        {
            return new OpenApiRequestBody { Required = body.Required, Content = Of("*/*", bytes) };
        }

        var shape = await SchemaAsync(type, context, cancellationToken);
        var form = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "data" },
            Properties = new Dictionary<string, IOpenApiSchema> { ["data"] = shape, ["file"] = bytes },
        };
        return new OpenApiRequestBody
        {
            Required = body.Required,
            Content = body.WithFile ? Of("multipart/form-data", form) : Of(Json, shape),
        };
    }

    /// <summary>A reference to the shape, which stands in the document once.</summary>
    private static async Task<IOpenApiSchema> SchemaAsync(
        Type type, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey(type.Name) is not true)
        {
            document.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, null, cancellationToken));
        }

        return new OpenApiSchemaReference(type.Name, document);
    }

    private static Dictionary<string, OpenApiMediaType> Of(string type, IOpenApiSchema schema) =>
        new() { [type] = new OpenApiMediaType { Schema = schema } };

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathKeys();
}
