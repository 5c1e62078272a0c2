using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Clients;

/// <summary>The table of endpoints and clients in the docs says what is: no more, no less.</summary>
public sealed partial class CompatibilityTableTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string Page = "docs/reference/iron-compatibility.md";
    private const string Title = "## Endpoints and clients";

    private static readonly string[][] Rows =
    [
        .. File.ReadLines(SourceTree.PathTo(Page))
            .SkipWhile(line => line != Title)
            .SkipWhile(line => !line.StartsWith('|'))
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)),
    ];

    [Fact(Timeout = 30_000)]
    public async Task Each_endpoint_of_the_api_has_its_row()
    {
        await silo.NewTenantAsync();
        var routes = silo.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText is { } path
                && (path.StartsWith("/2/", StringComparison.Ordinal) || path == "/version"))
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
                .Select(method => Plain($"{method} {endpoint.RoutePattern.RawText!.TrimEnd('/')}")));

        Assert.Equal(routes.Order(StringComparer.Ordinal), Rows[2..].Select(Endpoint).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_golden_file_has_its_column()
    {
        Assert.Equal(GoldenFile.All, Rows[0][1..^1].Select(name => $"{name}.http").Order(StringComparer.Ordinal));
        Assert.All(Rows, row => Assert.Equal(Rows[0].Length, row.Length));
    }

    public static TheoryData<string> Files() => new(GoldenFile.All);

    [Theory]
    [MemberData(nameof(Files))]
    public void A_cross_stands_where_a_client_calls_and_is_answered_with_200(string file)
    {
        var column = Array.IndexOf(Rows[0], Path.GetFileNameWithoutExtension(file));
        var crossed = Rows[2..].Where(row => row[column] == "x").Select(Endpoint);
        var called = GoldenFile.Read(file).Steps.OfType<GoldenExchange>()
            .Where(exchange => exchange.Answer.Start == "HTTP/1.1 200")
            .Select(exchange => Plain(exchange.Call))
            .Distinct();

        Assert.Equal(called.Order(StringComparer.Ordinal), crossed.Order(StringComparer.Ordinal));
        Assert.All(Rows[2..], row => Assert.Contains(row[column], new[] { "", "x" }));
    }

    [Fact]
    public void Each_test_that_is_named_is_there_and_calls_the_endpoint()
    {
        var endpoints = Rows[2..].Select(row => (Endpoint: Endpoint(row), Files: row[^1].Split(", ")));

        Assert.All(endpoints, row => Assert.All(row.Files, file =>
        {
            var text = File.ReadAllText(SourceTree.PathTo($"tests/Silo.Tests/{file.Trim('`')}.cs"));
            var tail = row.Endpoint.Split('/').Last(part => part is not "{}");
            Assert.Matches(@$"{Regex.Escape(tail)}\b", text);
            Assert.Contains("Assert.", text, StringComparison.Ordinal);
        }));
    }

    private static string Endpoint(string[] row) =>
        Plain(row[0].Trim('`').Replace(" P", " /2/projects/{project}", StringComparison.Ordinal));

    private static string Plain(string call) => Parameter().Replace(call, "{}");

    [GeneratedRegex(@"\{+\w+\}+")]
    private static partial Regex Parameter();
}
