using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.OpenApi;

/// <summary>The OpenAPI document says what is there, and no more than that.</summary>
public sealed class ApiDocumentTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task Everything_that_programs_may_call_is_described()
    {
        var paths = (await DocumentAsync()).GetProperty("paths");
        var mapped = silo.Get<IEnumerable<EndpointDataSource>>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => (Path: $"/{endpoint.RoutePattern.RawText!.Trim('/')}", endpoint.Metadata))
            .Where(endpoint => IsForPrograms(endpoint.Path))
            .ToList();

        Assert.NotEmpty(mapped);
        Assert.All(mapped, endpoint =>
        {
            var described = endpoint.Metadata.GetMetadata<OperationMetadata>();
            Assert.True(described is not null, $"{endpoint.Path} is not described");
            foreach (var method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)
            {
                var operation = paths.GetProperty(endpoint.Path).GetProperty(method.ToLowerInvariant());
                Assert.Equal(described.Id, operation.GetProperty("operationId").GetString());
            }
        });
        Assert.Equal(mapped.Count, paths.EnumerateObject().Sum(path => path.Value.EnumerateObject().Count()));
    }

    [Fact(Timeout = 30_000)]
    public async Task Names_of_operations_are_unique_and_every_reference_leads_somewhere()
    {
        var document = await DocumentAsync();
        var names = Operations(document).Select(operation => operation.GetProperty("operationId").GetString()).ToList();

        Assert.Equal(names.Count, names.Distinct().Count());
        Assert.All(References(document), reference => Assert.NotNull(Follow(document, reference)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Answers_have_the_shapes_that_are_described()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var cluster = await tenant.NewClusterAsync("""{"name":"other"}""");
        var task = await tenant.QueueAsync("\"label\":\"l\"");
        var schedules = await tenant.Api.PostAsync(
            $"{tenant.Project}/schedules", """{"schedules":[{"code_name":"hello","payload":"p","run_every":3600}]}""");
        var schedule = schedules.Ok().GetProperty("schedules")[0].GetProperty("id").GetString();
        var code = (await tenant.Api.GetAsync($"{tenant.Project}/codes")).Ok().GetProperty("codes")[0].GetProperty("id").GetString();
        var document = await DocumentAsync();
        (string Described, string Asked)[] calls =
        [
            ("/2/projects", "/2/projects"),
            ("/2/projects/{projectId}", tenant.Project),
            ("/2/projects/{projectId}/codes", $"{tenant.Project}/codes"),
            ("/2/projects/{projectId}/codes/{codeId}", $"{tenant.Project}/codes/{code}"),
            ("/2/projects/{projectId}/codes/{codeId}/revisions", $"{tenant.Project}/codes/{code}/revisions"),
            ("/2/projects/{projectId}/codes/{codeId}/stats", $"{tenant.Project}/codes/{code}/stats"),
            ("/2/projects/{projectId}/tasks", $"{tenant.Project}/tasks"),
            ("/2/projects/{projectId}/tasks/{taskId}", $"{tenant.Project}/tasks/{task}"),
            ("/2/projects/{projectId}/schedules", $"{tenant.Project}/schedules"),
            ("/2/projects/{projectId}/schedules/{scheduleId}", $"{tenant.Project}/schedules/{schedule}"),
            ("/2/projects/{projectId}/schedules/{scheduleId}/runs", $"{tenant.Project}/schedules/{schedule}/runs"),
            ("/2/clusters", "/2/clusters"),
            ("/2/clusters/{clusterId}", $"/2/clusters/{cluster}"),
            ("/2/clusters/{clusterId}/stats", $"/2/clusters/{cluster}/stats"),
            ("/2/clusters/{clusterId}/credentials", $"/2/clusters/{cluster}/credentials"),
            ("/2/clusters/{clusterId}/tokens", $"/2/clusters/{cluster}/tokens"),
            ("/2/clusters/{clusterId}/tasks", $"/2/clusters/{cluster}/tasks"),
            ("/2/stacks", "/2/stacks"),
            ("/version", "/version"),
        ];

        foreach (var (described, asked) in calls)
        {
            var answer = (await tenant.Api.GetAsync(asked)).Ok();
            var shape = document.GetProperty("paths").GetProperty(described).GetProperty("get").GetProperty("responses")
                .GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            Fits(document, shape, answer, asked);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_rejection_has_the_shape_that_is_described()
    {
        var document = await DocumentAsync();
        var tenant = await silo.NewTenantAsync();
        var shape = document.GetProperty("paths").GetProperty("/2/projects/{projectId}/tasks").GetProperty("post")
            .GetProperty("responses").GetProperty("default").GetProperty("content").GetProperty("application/json").GetProperty("schema");

        var refused = await tenant.PostTasksAsync("{}");

        Assert.True(refused.Status >= 400);
        Fits(document, shape, refused.Json, "a refusal");
    }

    private static bool IsForPrograms(string path) =>
        path.StartsWith("/2/", StringComparison.Ordinal) || path.StartsWith("/runner/", StringComparison.Ordinal)
        || path.StartsWith("/launcher/", StringComparison.Ordinal)
        || path is "/version" or "/healthz" or "/readyz";

    private async Task<JsonElement> DocumentAsync() => (await new ApiClient(silo.Address, token: null).GetAsync("/openapi.json")).Ok();

    private static IEnumerable<JsonElement> Operations(JsonElement document) => document.GetProperty("paths").EnumerateObject()
        .SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value);

    private static IEnumerable<string> References(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member =>
            member.NameEquals("$ref") ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static JsonElement? Follow(JsonElement document, string reference)
    {
        JsonElement? at = document;
        foreach (var name in reference.TrimStart('#', '/').Split('/'))
        {
            at = at is { ValueKind: JsonValueKind.Object } here && here.TryGetProperty(name, out var next) ? next : null;
        }

        return at;
    }

    /// <summary>Each member is described and of a described type, and what is required is there.</summary>
    private static void Fits(JsonElement document, JsonElement shape, JsonElement json, string where)
    {
        if (shape.TryGetProperty("$ref", out var reference))
        {
            shape = Follow(document, reference.GetString()!)!.Value;
        }

        if (shape.TryGetProperty("oneOf", out var either))
        {
            shape = either.EnumerateArray().Single(each => each.TryGetProperty("$ref", out _));
            Fits(document, shape, json, where);
            return;
        }

        Assert.True(Types(shape).Contains(TypeOf(json)), $"{where} is {TypeOf(json)}, described is {shape}");
        if (json.ValueKind == JsonValueKind.Array)
        {
            Assert.All(json.EnumerateArray(), item => Fits(document, shape.GetProperty("items"), item, $"{where}[]"));
        }
        else if (json.ValueKind == JsonValueKind.Object && shape.TryGetProperty("properties", out var members))
        {
            foreach (var member in json.EnumerateObject())
            {
                Assert.True(members.TryGetProperty(member.Name, out var described), $"{where}.{member.Name} is not described");
                Fits(document, described, member.Value, $"{where}.{member.Name}");
            }

            var required = shape.TryGetProperty("required", out var names) ? names.EnumerateArray() : [];
            Assert.All(required, name => Assert.True(json.TryGetProperty(name.GetString()!, out _), $"{where} lacks {name}"));
        }
    }

    private static IEnumerable<string?> Types(JsonElement shape)
    {
        var type = shape.GetProperty("type");
        var named = type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(each => each.GetString()) : [type.GetString()];
        return named.Contains("number") ? [.. named, "integer"] : named;
    }

    private static string TypeOf(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => json.TryGetInt64(out _) ? "integer" : "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => "null",
    };
}
