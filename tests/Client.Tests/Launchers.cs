using System.Net;
using System.Text;
using OrleansHybrid.Support.Iron;

namespace OrleansHybrid.Client.Tests;

/// <summary>Calls about a launcher, which are beside the Iron API.</summary>
public sealed class Launchers
{
    private const string Id = "5f5a7c1e00000000000001a1";
    private const string Run = $"GET /launcher/v1/runs/{Id}";

    [Fact(Timeout = 10_000)]
    public async Task They_stay_behind_the_path_that_the_control_plane_is_behind()
    {
        await using var test = await ClientUnderTest.StartAsync();
        var client = test.With(options => options with { BaseUrl = new Uri(test.Server.Url, "behind/proxy") });
        test.Server.On($"GET /behind/proxy/launcher/v1/runs/{Id}", FakeAnswer.Json($$"""{"id":"{{Id}}","state":"queued"}"""));

        Assert.Equal("queued", (await client.Launcher.GetAsync(Id)).State);
    }

    [Fact(Timeout = 10_000)]
    public async Task Following_copies_the_rest_of_one_attempt_and_then_the_next()
    {
        await using var test = await ClientUnderTest.StartAsync();
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
        await using var test = await ClientUnderTest.StartAsync();
        test.Server.On($"POST /launcher/v1/runs/{Id}/cancel", FakeAnswer.HangUp());

        var trouble = await Assert.ThrowsAsync<HybridException>(() => test.Client.Launcher.CancelAsync(Id));

        Assert.True(trouble.TryAgain);
        Assert.Equal(1, test.Server.Count($"POST /launcher/v1/runs/{Id}/cancel"));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_control_plane_without_a_launcher_is_told_apart()
    {
        await using var test = await ClientUnderTest.StartAsync();
        test.Server.On("GET /launcher/v1", FakeAnswer.Refusal(404, "This silo has no launcher"));

        var trouble = await Assert.ThrowsAsync<HybridException>(() => test.Client.Launcher.StatusAsync());

        Assert.Equal((HttpStatusCode.NotFound, "This silo has no launcher"), (trouble.Status, trouble.Msg));
    }

    private static FakeAnswer Launch(string state, int attempt) =>
        FakeAnswer.Json($$"""{"id":"{{Id}}","state":"{{state}}","attempt":{{attempt}}}""");

    private static FakeAnswer Text(string text) => FakeAnswer.Text(text);
}
