using System.Net;
using System.Text;
using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Client.Tests;

/// <summary>Calls about a launcher, which are beside the Iron API.</summary>
public sealed class LauncherClientTests
{
    private const string Id = "5f5a7c1e00000000000001a1";
    private const string Run = $"GET /launcher/v1/runs/{Id}";

    [Fact(Timeout = 10_000)]
    public async Task They_stay_behind_the_path_that_the_control_plane_is_behind()
    {
        await using var test = await ClientFixture.StartAsync();
        var client = test.CreateClient(options => options with { BaseUrl = new Uri(test.Server.Url, "behind/proxy") });
        test.Server.On($"GET /behind/proxy/launcher/v1/runs/{Id}", FakeResponse.Json($$"""{"id":"{{Id}}","state":"queued"}"""));

        Assert.Equal("queued", (await client.Launcher.GetAsync(Id)).State);
    }

    [Fact(Timeout = 10_000)]
    public async Task Following_copies_the_rest_of_one_attempt_and_then_the_next()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On(Run, Launch("running", 1), Launch("accepted", 2), Launch("ended", 2));
        test.Server.On(
            $"{Run}/log", Text("one\n"), Text(""), Text("rest\n"), Text(""), Text("two\n"), Text(""), Text("end"), Text(""));
        using var copy = new MemoryStream();

        var ended = await test.Client.Launcher.FollowLogAsync(Id, copy);

        Assert.Equal(("ended", "one\nrest\ntwo\nend"), (ended.State, Encoding.UTF8.GetString(copy.ToArray())));
        Assert.Equal(
            ["1:0", "1:4", "1:4", "1:9", "2:0", "2:4", "2:4", "2:7"],
            test.Server.Requests.Where(request => request.Call == $"{Run}/log")
                .Select(request => request.Query.Replace("?attempt=", "", StringComparison.Ordinal).Replace("&offset=", ":", StringComparison.Ordinal)));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_cancel_is_not_repeated_when_nobody_knows_whether_it_arrived()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On($"POST /launcher/v1/runs/{Id}/cancel", FakeResponse.Abort());

        var trouble = await Assert.ThrowsAsync<HybridException>(() => test.Client.Launcher.CancelAsync(Id));

        Assert.True(trouble.IsTransient);
        Assert.Equal(1, test.Server.Count($"POST /launcher/v1/runs/{Id}/cancel"));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_control_plane_without_a_launcher_is_told_apart()
    {
        await using var test = await ClientFixture.StartAsync();
        test.Server.On("GET /launcher/v1", FakeResponse.Error(404, "This silo has no launcher"));

        var trouble = await Assert.ThrowsAsync<HybridException>(() => test.Client.Launcher.GetStatusAsync());

        Assert.Equal((HttpStatusCode.NotFound, "This silo has no launcher"), (trouble.Status, trouble.ServerMessage));
    }

    private static FakeResponse Launch(string state, int attempt) =>
        FakeResponse.Json($$"""{"id":"{{Id}}","state":"{{state}}","attempt":{{attempt}}}""");

    private static FakeResponse Text(string text) => FakeResponse.Text(text);
}
