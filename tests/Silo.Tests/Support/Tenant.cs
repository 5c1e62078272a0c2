using System.Text.Json;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>A user with one project, and short ways to the things that tests need first.</summary>
internal sealed record Tenant(ApiClient Api, string UserId, string ProjectId)
{
    private int _clusters;

    public string Project => $"/2/projects/{ProjectId}";

    /// <summary>A new cluster, by default site, then site 2 and so on; the first becomes the project's default.</summary>
    public async Task<string> NewClusterAsync(string? body = null) =>
        (await Api.PostAsync("/2/clusters", body ?? NextName())).Ok().GetProperty("cluster").GetProperty("id").GetString()!;

    /// <summary>A new code package, or a new revision.</summary>
    public async Task<string> UploadAsync(string data = """{"name":"hello","image":"busybox"}""")
    {
        using var form = new MultipartFormDataContent { { new StringContent(data), "data" } };
        return (await Api.SendAsync(HttpMethod.Post, $"{Project}/codes", form)).Ok().GetProperty("id").GetString()!;
    }

    /// <summary>A new code package with a zip, if the server takes it.</summary>
    public async Task<ApiResponse> SendZipAsync(byte[] zip, string data = """{"name":"zipped","image":"busybox"}""")
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent(data), "data" },
            { new ByteArrayContent(zip), "file", "worker.zip" },
        };
        return await Api.SendAsync(HttpMethod.Post, $"{Project}/codes", form);
    }

    public async Task<JsonElement> CodeAsync(string id) => (await Api.GetAsync($"{Project}/codes/{id}")).Ok();

    /// <summary>A cluster and a code called hello.</summary>
    public async Task<Tenant> ReadyAsync()
    {
        await NewClusterAsync();
        await UploadAsync();
        return this;
    }

    public Task<ApiResponse> PostTasksAsync(string body) => Api.PostAsync($"{Project}/tasks", body);

    /// <summary>Queues one task of code hello, with more fields if given.</summary>
    public async Task<string> QueueAsync(string fields = "")
    {
        var more = fields.Length > 0 ? $",{fields}" : "";
        var body = $$"""{"tasks":[{"code_name":"hello"{{more}}}]}""";
        return (await PostTasksAsync(body)).Ok().GetProperty("tasks")[0].GetProperty("id").GetString()!;
    }

    public async Task<JsonElement> TaskAsync(string id) => (await Api.GetAsync($"{Project}/tasks/{id}")).Ok();

    public async Task<IReadOnlyList<string>> ListAsync(string query = "")
    {
        var list = (await Api.GetAsync($"{Project}/tasks?{query}")).Ok();
        return [.. list.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("id").GetString()!)];
    }

    /// <summary>The token of a cluster.</summary>
    public async Task<string> ClusterTokenAsync(string clusterId) =>
        (await Api.GetAsync($"/2/clusters/{clusterId}/credentials")).Ok().GetProperty("token").GetString()!;

    /// <summary>A runner enrolled in a cluster.</summary>
    public async Task<TestRunner> EnrolAsync(string clusterId, int slots = 10, params string[] keyIds) =>
        await TestRunner.EnrolAsync(Api, clusterId, await ClusterTokenAsync(clusterId), slots, keyIds: keyIds);

    /// <summary>A runner with labels.</summary>
    public async Task<TestRunner> EnrolLabelledAsync(string clusterId, params string[] labels) => await TestRunner.EnrolAsync(
        Api, await ClusterTokenAsync(clusterId), TestRunner.NewRequest(clusterId) with { Labels = labels });

    private string NextName() => Interlocked.Increment(ref _clusters) is > 1 and var number
        ? $$"""{"name":"site {{number}}"}"""
        : """{"name":"site"}""";
}
