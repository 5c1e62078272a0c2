using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Contracts.Launcher;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace OrleansHybrid.Silo.Api.OpenApi;

/// <summary>The OpenAPI document of everything that programs may call, written once.</summary>
internal sealed class ApiDocument([FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider provider)
{
    public const string Name = "surface";

    private const string InHeader = "header";
    private const string InQuery = "query";

    private static readonly string[] Either = [InHeader, InQuery];

    private readonly Lazy<Task<byte[]>> _json = new(() => WriteAsync(provider));

    /// <summary>The document, as JSON in UTF-8.</summary>
    public Task<byte[]> Json => _json.Value;

    public static void Add(IServiceCollection services)
    {
        // The wire's shapes are written elsewhere, each by its own context; here they are only described.
        services.Configure<JsonOptions>(json =>
        {
            var wire = JsonTypeInfoResolver.Combine(IronJson.Default, RunnerJson.Default, LauncherJson.Default, ProbeJson.Default);
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, wire.WithAddedModifier(ApplyWireNaming));
        });
        services.AddOpenApi(Name, document =>
        {
            document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            document.ShouldInclude = action => action.ActionDescriptor.EndpointMetadata.OfType<OperationMetadata>().Any();
            document.AddOperationTransformer(OperationTransformer.TransformAsync);
            document.AddDocumentTransformer((whole, _, _) => TransformAsync(whole));
        });
        services.AddSingleton<ApiDocument>();
    }

    // Others answer with the same options, in names of their own: only our shapes are named as the wire names them.
    private static void ApplyWireNaming(JsonTypeInfo shape)
    {
        if (shape.Kind != JsonTypeInfoKind.Object)
        {
            return;
        }

        shape.NumberHandling = JsonNumberHandling.Strict;
        foreach (var member in shape.Properties)
        {
            member.Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(member.Name);
        }
    }

    private static async Task<byte[]> WriteAsync(IOpenApiDocumentProvider provider)
    {
        var document = await provider.GetOpenApiDocumentAsync();
        await using var json = new MemoryStream();
        await document.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1);
        return json.ToArray();
    }

    private static Task TransformAsync(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Orleans.Hybrid",
            Version = ProductInfo.Version,
            Description = "The IronWorker v2 API and its additions (`/2`), the protocol of runners (`/runner/v1`), and what operators of a "
                + "launcher ask (`/launcher/v1`).",
        };
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [InHeader] = Key(
                "Authorization",
                ParameterLocation.Header,
                "`OAuth TOKEN` or `Bearer TOKEN`: a user's on `/2`, an operator's on `/launcher/v1`; on `/runner/v1` a cluster's to enrol, then the session's."),
            [InQuery] = Key("oauth", ParameterLocation.Query, "A user's token, on `/2`."),
        };
        var operations = document.Paths
            .SelectMany(path => (path.Value.Operations ?? []).Values.Select(operation => (Words: path.Key.Split('/'), operation)))
            .Select(each => (each.operation, Part: TagOf(each.Words)))
            .ToList();
        document.Tags = operations.Select(each => each.Part).Distinct().Select(part => new OpenApiTag { Name = part.Name }).ToHashSet();
        foreach (var (operation, part) in operations)
        {
            operation.Tags = new HashSet<OpenApiTagReference> { new(part.Name, document) };
            operation.Security = [.. part.Keys.Select(key => new OpenApiSecurityRequirement
            {
                [new OpenApiSecuritySchemeReference(key, document)] = [],
            })];
        }

        return Task.CompletedTask;
    }

    /// <summary>The tag of a path, and the credentials that open it.</summary>
    private static (string Name, string[] Keys) TagOf(string[] words) => words switch
    {
        [_, "2", "projects", _, var part, ..] => (part, Either),
        [_, "2", var part, ..] => (part, Either),
        [_, "runner", ..] => ("runners", [InHeader]),
        [_, "launcher", ..] => ("launcher", [InHeader]),
        _ => ("probes", []),
    };

    private static OpenApiSecurityScheme Key(string name, ParameterLocation location, string description) =>
        new() { Type = SecuritySchemeType.ApiKey, Name = name, In = location, Description = description };
}
