using System.Text.Json;
using OrleansHybrid.Silo.Standalone;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Clients;

/// <summary>C9: the one file that all published clients read, taken as each of them takes it, leads here and nowhere else.</summary>
public sealed class IronFileTests(TestSilo silo) : IClassFixture<TestSilo>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-iron-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The key that each client reads the scheme from, and the kinds that its reader insists on.
    [Theory(Timeout = 30_000)]
    [InlineData("ironcli and Go", "scheme", JsonValueKind.Number, JsonValueKind.String)]
    [InlineData("Ruby", "scheme", null, null)]
    [InlineData("Node", "scheme", null, null)]
    [InlineData("Python", "protocol", null, null)]
    [InlineData("PHP", "protocol", null, null)]
    public async Task C9_a_client_that_reads_either_file_calls_this_control_plane(
        string client, string scheme, JsonValueKind? port, JsonValueKind? version)
    {
        var tenant = await silo.NewTenantAsync();
        Connect(tenant).Write(_folder);

        foreach (var name in new[] { "iron.json", "connection.json" })
        {
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(_folder, name)));
            var file = document.RootElement;
            Assert.Equal(port ?? file.GetProperty("port").ValueKind, file.GetProperty("port").ValueKind);
            Assert.Equal(version ?? file.GetProperty("api_version").ValueKind, file.GetProperty("api_version").ValueKind);
            var address = new Uri($"{file.GetProperty(scheme)}://{file.GetProperty("host")}:{file.GetProperty("port")}");
            var reply = await new ApiClient(address, file.GetProperty("token").GetString()!).GetAsync(
                $"/{file.GetProperty("api_version")}/projects/{file.GetProperty("project_id")}");
            Assert.True(reply.Status == 200, $"{client} with {name}: {reply.Status} {reply.Body}");
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task C9_the_page_for_clients_shows_the_file_as_it_is_written()
    {
        Connect(await silo.NewTenantAsync()).Write(_folder);
        var page = await File.ReadAllTextAsync(SourceTree.PathTo("docs/how-to/iron-clients.md"));
        var shown = page.Split("```json")[1].Split("```")[0];

        Assert.Equal(Keys(await File.ReadAllTextAsync(Path.Combine(_folder, "iron.json"))), Keys(shown));

        static string Keys(string json)
        {
            using var document = JsonDocument.Parse(json);
            return string.Join(' ', document.RootElement.EnumerateObject().Select(key => $"{key.Name}:{key.Value.ValueKind}"));
        }
    }

    private ConnectionDetails Connect(Tenant tenant) => new()
    {
        Url = silo.Address.ToString().TrimEnd('/'),
        ProjectId = tenant.ProjectId,
        Token = tenant.Api.Token,
        ClusterId = "",
        ClusterToken = "",
        Store = "",
    };
}
