using System.Net;
using System.Text;
using System.Text.Json;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Tests.Policy;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Api.Launcher;

/// <summary>Known callers get a launch, its state and its text; and nothing of anybody else's.</summary>
public sealed class LaunchEndpointsTests
{
    [Theory(Timeout = 60_000)]
    [InlineData("123")]
    [InlineData("f")]
    [InlineData("abcdef")]
    [InlineData("0123456789abcdef0123456789abcdef01234567")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public async Task A_hash_and_the_secret_are_a_launch_and_asked_again_the_same_one(string hash)
    {
        await using var server = await LauncherServerFixture.StartAsync();

        using var first = await server.PostAsync($"h={hash}&s={PolicyFolder.Secret}");
        using var again = await server.PostAsync($"h={hash}&s={PolicyFolder.Secret}");

        var (one, two) = (await JsonAsync(first), await JsonAsync(again));
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.OK), (first.StatusCode, again.StatusCode));
        Assert.Equal(("accepted", hash), (one.GetProperty("state").GetString(), one.GetProperty("commit_hash").GetString()));
        Assert.True(one.GetProperty("deadline").GetDateTimeOffset() > one.GetProperty("created_at").GetDateTimeOffset());
        Assert.False(one.TryGetProperty("duplicate", out _));
        Assert.Equal((one.GetProperty("id").GetString(), true), (two.GetProperty("id").GetString(), two.GetProperty("duplicate").GetBoolean()));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_request_holds_what_was_asked_for_and_where_it_came_from_and_neither_script_nor_terms_nor_a_secret()
    {
        await using var server = await LauncherServerFixture.StartAsync("parameters: {branch: {pattern: '[a-z/]+'}, python: {values: ['3.11', '3.12'], default: '3.12'}}\n");

        await server.PostAsync($"h=abc&s={PolicyFolder.Secret}&branch=a/b");

        var request = Assert.Single(server.Launcher.Requests);
        Assert.Equal(("shared", "abc", "a/b"), (request.CredentialId, request.CommitHash, request.Parameters["branch"]));
        Assert.Equal(["branch"], request.Parameters.Keys);
        Assert.Equal(new CallerAddress("127.0.0.1", "127.0.0.1"), request.Origin);
        Assert.DoesNotContain("bootstrap", JsonSerializer.Serialize(request), StringComparison.Ordinal);
        Assert.DoesNotContain(PolicyFolder.Secret, JsonSerializer.Serialize(request), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_query_is_asked_before_the_form_and_of_repeated_fields_the_first()
    {
        await using var server = await LauncherServerFixture.StartAsync();

        await server.PostAsync($"h=b&h=c&s=wrong", $"/run?h=a&s={PolicyFolder.Secret}");
        await server.PostAsync($"h=b&h=c&s={PolicyFolder.Secret}&s=wrong");

        Assert.Equal(["a", "b"], server.Launcher.Requests.Select(request => request.CommitHash));
    }

    [CurlTheory(Timeout = 60_000)]
    [InlineData("curl -sS -d 'h=123&s=SECRET' 'ADDRESSrun'")]
    [InlineData("curl -sS -X POST 'ADDRESSrun?h=123&s=SECRET'")]
    public async Task The_originals_line_sends_the_text_as_it_appears_and_says_at_its_end_how_it_was(string line)
    {
        var time = new ManualTimeProvider();
        await using var server = await LauncherServerFixture.StartAsync(time: time);
        var curl = LauncherServerFixture.ShellAsync(line.Replace("SECRET", PolicyFolder.Secret, StringComparison.Ordinal).Replace("ADDRESS", server.Address.ToString(), StringComparison.Ordinal));
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        const string id = "000000000000000000000001";

        await server.Launcher.Submit();
        server.Launcher.Write(id, "cloning\nno end of li"u8.ToArray());
        time.Advance(TimeSpan.FromSeconds(1));
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        server.Launcher.Write(id, "ne"u8.ToArray());
        await server.Launcher.End(id, 3);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(($"cloning\nno end of line\nhybrid-launch {id} failed 3\n", 0), await curl);
        Assert.DoesNotContain(server.Files.Logs.All, logged => logged.Contains(PolicyFolder.Secret, StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task All_of_a_long_text_arrives_also_what_was_written_last()
    {
        var time = new ManualTimeProvider();
        await using var server = await LauncherServerFixture.StartAsync(time: time);
        using var answer = await server.PostAsync($"h=123&s={PolicyFolder.Secret}", accept: "*/*");
        var id = answer.Headers.GetValues("X-Hybrid-Launch").Single();
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        var text = string.Concat(Enumerable.Range(0, 30_000).Select(line => $"line {line}\n"));

        await server.Launcher.Submit();
        server.Launcher.Write(id, Encoding.ASCII.GetBytes(text));
        await server.Launcher.End(id, 0);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal($"{text}hybrid-launch {id} passed 0\n", await answer.Content.ReadAsStringAsync());
        Assert.Equal("text/plain", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_transient_error_ends_no_stream_and_a_server_that_stops_says_that_it_is_unfinished()
    {
        var time = new ManualTimeProvider();
        await using var server = await LauncherServerFixture.StartAsync(time: time);
        using var answer = await server.PostAsync($"h=123&s={PolicyFolder.Secret}", accept: "*/*");
        var id = answer.Headers.GetValues("X-Hybrid-Launch").Single();
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(1));

        server.Launcher.Failure = new TimeoutException();
        time.Advance(TimeSpan.FromSeconds(1));
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        server.Launcher.Failure = null;
        server.Launcher.Write(id, "there\n"u8.ToArray());
        time.Advance(TimeSpan.FromSeconds(1));
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        var text = answer.Content.ReadAsStringAsync();
        await server.CloseAsync();

        Assert.Equal($"there\nhybrid-launch {id} unfinished -\n", await text);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("keep", "accepted")]
    [InlineData("cancel", "ended")]
    public async Task The_policy_says_whether_a_launch_ends_with_its_callers_connection(string word, string state)
    {
        var time = new ManualTimeProvider();
        await using var server = await LauncherServerFixture.StartAsync($"on_disconnect: {word}\n", time);
        var answer = await server.PostAsync($"h=123&s={PolicyFolder.Secret}", accept: "*/*");
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        using var witness = await server.PostAsync($"h=456&s={PolicyFolder.Secret}", accept: "*/*");
        await time.WaitForTimerAsync(TimeSpan.FromSeconds(1), times: 2);

        answer.Dispose();
        if (word == "cancel")
        {
            await server.Launcher.Cancelled.Task;
        }
        else
        {
            // Its copy has ended when the witness alone waits for more.
            time.Advance(TimeSpan.FromSeconds(1));
            await time.WaitForTimerAsync(TimeSpan.FromSeconds(1));
        }

        using var seen = await server.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"/run/{1:x24}?s={PolicyFolder.Secret}"));
        Assert.Equal(state, (await JsonAsync(seen)).GetProperty("state").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task State_and_text_can_be_asked_for_and_taken_up_where_they_were_left()
    {
        await using var server = await LauncherServerFixture.StartAsync();
        await server.PostAsync($"h=123&s={PolicyFolder.Secret}");
        await server.Launcher.Submit();
        var path = $"/run/{1:x24}";
        server.Launcher.Write($"{1:x24}", "0123456789"u8.ToArray());

        using var state = await server.SendAsync(new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Authorization", $"Bearer {PolicyFolder.Secret}" } } });
        using var all = await server.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"{path}?s={PolicyFolder.Secret}") { Headers = { { "Accept", "text/plain" } } });
        using var rest = await server.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"{path}?text=1&offset=7&s={PolicyFolder.Secret}"));
        using var none = await server.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"{path}?text=1&offset=99&s={PolicyFolder.Secret}"));
        using var wrong = await server.SendAsync(new HttpRequestMessage(HttpMethod.Get, $"{path}?text=1&offset=-1&s={PolicyFolder.Secret}"));

        Assert.Equal("queued", (await JsonAsync(state)).GetProperty("state").GetString());
        Assert.Equal(("0123456789", "10"), (await all.Content.ReadAsStringAsync(), all.Headers.GetValues("X-Hybrid-Next-Offset").Single()));
        Assert.Equal(("789", "10"), (await rest.Content.ReadAsStringAsync(), rest.Headers.GetValues("X-Hybrid-Next-Offset").Single()));
        Assert.Equal(("", "queued"), (await none.Content.ReadAsStringAsync(), none.Headers.GetValues("X-Hybrid-State").Single()));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact(Timeout = 60_000)]
    public async Task Its_owner_can_cancel_a_launch_and_to_others_it_is_as_unknown_as_any()
    {
        await using var server = await LauncherServerFixture.StartAsync();
        await server.PostAsync($"h=123&s={PolicyFolder.Secret}");
        var path = $"/run/{1:x24}";

        var strangers = new List<(HttpStatusCode, string)>();
        foreach (var target in new[] { path, $"/run/{99:x24}", "/run/x" })
        {
            using var look = await server.SendAsync(server.Signed(HttpMethod.Get, target));
            using var cancel = await server.SendAsync(server.Signed(HttpMethod.Post, $"{target}/cancel"));
            strangers.AddRange([(look.StatusCode, await look.Content.ReadAsStringAsync()), (cancel.StatusCode, await cancel.Content.ReadAsStringAsync())]);
        }

        using var own = await server.PostAsync($"s={PolicyFolder.Secret}", $"{path}/cancel");

        Assert.Equal([(HttpStatusCode.NotFound, "{\"error\":\"not_found\"}")], strangers.Distinct());
        Assert.Equal((HttpStatusCode.OK, "cancelled"), (own.StatusCode, (await JsonAsync(own)).GetProperty("verdict").GetString()));
    }

    [Fact(Timeout = 60_000)]
    public async Task Text_is_sent_to_the_original_form_alone_unless_it_is_asked_for()
    {
        var time = new ManualTimeProvider();
        await using var server = await LauncherServerFixture.StartAsync(time: time);
        await using var quiet = await LauncherServerFixture.StartAsync("stream: false\n", time);

        using var json = await server.SendAsync(server.Signed(HttpMethod.Post, "/run", "h=1"));
        var asked = server.Signed(HttpMethod.Post, "/run", "h=1");
        asked.Headers.Add("Accept", "text/plain");
        using var text = await server.SendAsync(asked);
        using var original = await quiet.PostAsync($"h=1&s={PolicyFolder.Secret}", accept: "*/*");

        Assert.Equal(
            ("application/json", "text/plain", "application/json"),
            (json.Content.Headers.ContentType!.MediaType, text.Content.Headers.ContentType!.MediaType, original.Content.Headers.ContentType!.MediaType));
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) => JsonElement.Parse(await answer.Content.ReadAsStringAsync());
}
