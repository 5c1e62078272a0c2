using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Configuration;

/// <summary>Where and as whom to call: the published places, in the published order.</summary>
public sealed class ConnectionSettingsTests
{
    [Fact(Timeout = 20_000)]
    public async Task Each_place_beats_all_that_come_after_it()
    {
        await using var test = await StartUnconfiguredAsync();
        test.Server.On("GET /2/projects/p/tasks/x", FakeResponse.Json("""{"id":"x","status":"queued"}"""));
        var connection = test.WriteFile("connection.json", Connection(test, "of-connection"));
        var rest = $"--project-id p worker status x --connection '{connection}'";
        var address = $"\"host\":\"127.0.0.1\",\"scheme\":\"http\",\"port\":{test.Server.Url.Port}";

        Assert.Equal("of-connection", await TokenAsync(test, rest));
        await File.WriteAllTextAsync(
            Path.Combine(test.HomeFolder, ".iron.json"), $$"""{"token":"of-home",{{address}}}""");
        Assert.Equal("of-home", await TokenAsync(test, rest));
        test.Variables["IRON_TOKEN"] = "of-iron";
        Assert.Equal("of-iron", await TokenAsync(test, rest));
        test.Variables["IRON_WORKER_TOKEN"] = "of-iron-worker";
        Assert.Equal("of-iron-worker", await TokenAsync(test, rest));
        test.WriteFile("iron.json", """{"token":"of-folder"}""");
        Assert.Equal("of-folder", await TokenAsync(test, rest));
        test.WriteFile("iron.json", """{"token":"of-folder","iron_worker":{"token":"of-folders-worker"}}""");
        Assert.Equal("of-folders-worker", await TokenAsync(test, rest));
        Assert.Equal("of-flag", await TokenAsync(test, $"--token of-flag {rest}"));
    }

    [Fact(Timeout = 10_000)]
    public async Task An_environment_is_a_section_with_the_same_form()
    {
        await using var test = await StartAsync();
        test.Server.On("GET /9/projects/q/tasks/x", FakeResponse.Json("""{"id":"x","status":"queued"}"""));
        test.WriteFile(
            "iron.json",
            """
            {"token":"plain",
             "staging":{"token":"weaker","project_id":"q","iron_worker":{"token":"staging","api_version":"9"}}}
            """);

        Assert.Equal("staging", await TokenAsync(test, "--env staging worker status x"));

        var unknown = await test.RunAsync("--env production worker status x");
        Assert.Equal(ExitCodes.ConfigError, unknown.ExitCode);
        Assert.Contains("production", unknown.Error, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"token":{"secret":1}}""")]
    [InlineData("""{"iron_worker":"x"}""")]
    public async Task A_file_that_can_not_be_understood_is_named(string text)
    {
        await using var test = await StartAsync();
        var path = test.WriteFile("iron.json", text);

        var outcome = await test.RunAsync("worker status x");

        Assert.Equal(ExitCodes.ConfigError, outcome.ExitCode);
        Assert.Contains(path, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(test.Server.Requests);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_connection_file_alone_is_enough_and_names_the_cluster()
    {
        await using var test = await StartUnconfiguredAsync();
        test.Server.On(Queue, FakeResponse.Json($$"""{"tasks":[{"id":"{{TaskId}}"}]}"""));
        test.Variables["HYBRID_CONNECTION"] = test.WriteFile("connection.json", Connection(test, "t"));

        Assert.Equal(0, (await test.RunAsync("worker queue hello")).ExitCode);
        Assert.Equal(0, (await test.RunAsync("worker queue --cluster other hello")).ExitCode);

        Assert.Contains("\"cluster\":\"of-connection\"", test.Server.Requests[0].Body, StringComparison.Ordinal);
        Assert.Contains("\"cluster\":\"other\"", test.Server.Requests[1].Body, StringComparison.Ordinal);
    }

    [Fact(Timeout = 10_000)]
    public async Task A_connection_files_address_and_cluster_do_not_mix_with_another_host()
    {
        await using var test = await StartAsync();
        test.Variables.Remove("IRON_TOKEN");
        test.Variables["HYBRID_CONNECTION"] = test.WriteFile(
            "connection.json", """{"url":"https://elsewhere.invalid:1","token":"t","cluster_id":"of-connection"}""");

        Assert.Equal(0, (await test.RunAsync("worker queue hello")).ExitCode);

        Assert.DoesNotContain("cluster", test.Server.Single(Queue).Body, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("nowhere.json", null, ExitCodes.Failure)]
    [InlineData("connection.json", "{}", ExitCodes.ConfigError)]
    [InlineData("connection.json", "[]", ExitCodes.ConfigError)]
    [InlineData("connection.json", """{"url":"no address"}""", ExitCodes.ConfigError)]
    public async Task A_connection_file_that_can_not_be_used_is_named(string name, string? text, int exitCode)
    {
        await using var test = await StartUnconfiguredAsync();
        if (text is not null)
        {
            test.WriteFile(name, text);
        }

        var outcome = await test.RunAsync($"--connection {name} worker status x");

        Assert.Equal(exitCode, outcome.ExitCode);
        Assert.Contains(name, outcome.Error, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("worker status x", "no project")]
    [InlineData("--project-id p worker status x", "no token")]
    [InlineData("cluster create c", "no token")]
    [InlineData("--token t --project-id p --host http://h worker status x", "bare name")]
    [InlineData("--token t --project-id p --host user@h worker status x", "bare name")]
    [InlineData("--token t --project-id p --port 70000 worker status x", "70000")]
    [InlineData("--token t --project-id p --scheme ftp worker status x", "http://")]
    public async Task Missing_or_wrong_settings_are_reported_with_the_remedy(string line, string words)
    {
        await using var test = await StartUnconfiguredAsync();

        var outcome = await test.RunAsync(line);

        Assert.Equal((ExitCodes.ConfigError, ""), (outcome.ExitCode, outcome.Out));
        Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData(null, ExitCodes.ConfigError)]
    [InlineData("0", ExitCodes.ConfigError)]
    [InlineData("1", ExitCodes.Unavailable)]
    public async Task A_token_goes_to_another_machine_in_the_clear_only_on_purpose(string? allow, int exitCode)
    {
        await using var test = await StartAsync();

        // Not the one spelling of loopback that counts as such, yet no packet leaves the machine; nobody listens there.
        test.Variables["IRON_HOST"] = "::ffff:127.0.0.2";
        if (allow is not null)
        {
            test.Variables["ALLOW_HTTP"] = allow;
        }

        Assert.Equal(exitCode, (await test.RunAsync("worker status x")).ExitCode);
    }

    private static string Connection(CliFixture test, string token) =>
        $$"""
        {"url":"{{test.Server.Url}}","project_id":"0123456789abcdef01234567","token":"{{token}}",
         "cluster_id":"of-connection","cluster_token":"s","engine":"Local","store":"sqlite"}
        """;

    private static async Task<string> TokenAsync(CliFixture test, string line)
    {
        var outcome = await test.RunAsync(line);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        return test.Server.Requests[^1].Headers["Authorization"]["OAuth ".Length..];
    }
}
