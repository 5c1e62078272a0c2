using System.Text;
using OrleansHybrid.Contracts.Registries;
using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Client.Tests;

/// <summary>Calls about one code package.</summary>
public sealed class CodePackagesClientTests
{
    private const string Code = $"{ClientFixture.Project}/codes/c0de";

    [Fact(Timeout = 10_000)]
    public async Task Revisions_are_listed_and_their_zips_downloaded()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On($"GET {Code}/revisions", FakeResponse.Json("""{"revisions":[{"id":"r","rev":2,"code_size":7}]}"""));
        test.Server.On($"GET {Code}/download", FakeResponse.Error(503, "busy"), new FakeResponse(200, "PK zip", "application/zip"));
        using var zip = new MemoryStream();

        var revision = Assert.Single(await test.Client.Codes.ListRevisionsAsync("c0de", page: 1));
        await test.Client.Codes.DownloadAsync("c0de", revision.Rev, zip);

        Assert.Equal((2, 7), (revision.Rev, revision.CodeSize));
        Assert.Equal("PK zip", Encoding.UTF8.GetString(zip.ToArray()));
        Assert.Equal("?revision=2", test.Server.Requests[^1].Query);
        Assert.Equal("?page=1&per_page=30", test.Server.Single($"GET {Code}/revisions").Query);
    }

    [Fact(Timeout = 10_000)]
    public async Task Pausing_and_resuming_tell_whether_they_changed_anything()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On($"POST {Code}/pause_task_queue", Message("Paused"), Message("Already paused"));
        test.Server.On($"POST {Code}/resume_task_queue", Message("Resumed"), Message("Already resumed"));
        var codes = test.Client.Codes;

        Assert.True(await codes.PauseAsync("c0de"));
        Assert.False(await codes.PauseAsync("c0de"));
        Assert.True(await codes.ResumeAsync("c0de"));
        Assert.False(await codes.ResumeAsync("c0de"));
    }

    [Fact(Timeout = 10_000)]
    public async Task Cancel_all_and_delete_are_one_call_each()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On($"POST {Code}/cancel_all", Message("Cancelled"));
        test.Server.On($"DELETE {Code}", Message("Deleted"));

        await test.Client.Codes.CancelAllAsync("c0de");
        await test.Client.Codes.DeleteAsync("c0de");

        Assert.Equal([$"POST {Code}/cancel_all", $"DELETE {Code}"], test.Server.Requests.Select(request => request.Call));
    }

    [Fact(Timeout = 10_000)]
    public async Task Figures_are_asked_for_a_stretch_of_time()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On($"GET {Code}/stats", FakeResponse.Json("""{"queued":1,"running":2,"complete":3}"""));

        var stats = await test.Client.Codes.GetStatsAsync("c0de", from: DateTimeOffset.UnixEpoch.AddSeconds(5));

        Assert.Equal((1, 2, 3, 0), (stats.Queued, stats.Running, stats.Complete, stats.Error));
        Assert.Equal("?start_date=5", test.Server.Requests[^1].Query);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_login_travels_in_base64_and_shows_no_secret_when_printed()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On($"POST {ClientFixture.Project}/credentials", Message("Credentials added."));
        var login = new RegistryCredentials { Username = "ann", Password = "s3cret", Serveraddress = "registry.test" };

        await test.Client.Codes.SetRegistryCredentialsAsync(login);

        var auth = Convert.ToBase64String(
            """{"username":"ann","password":"s3cret","email":"","serveraddress":"registry.test"}"""u8);
        Assert.Contains($"\"{auth}\"", test.Server.Requests[^1].Body.Replace("\\u002B", "+", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", login.ToString(), StringComparison.Ordinal);
    }

    private static FakeResponse Message(string msg) => FakeResponse.Json($$"""{"msg":"{{msg}}"}""");
}
