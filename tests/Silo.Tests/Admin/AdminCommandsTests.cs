using Microsoft.Data.Sqlite;
using OrleansHybrid.Silo.Commands;
using OrleansHybrid.Silo.Standalone;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Admin;

/// <summary>The admin verbs on a database of their own, and that what they make works.</summary>
public sealed class AdminCommandsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-admin-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task Created_tokens_open_the_api()
    {
        var user = (await RunAsync("user", "create", "ann"))[0];
        var token = (await RunAsync("token", "create", "ann", "--label", "laptop"))[0];
        var project = (await RunAsync("project", "create", "jobs", "--user", user[1]))[0];

        await using var silo = await TestSilo.StartAsync(null, ("HYBRID_DATA", _folder));
        var reply = await new ApiClient(silo.Address, token[2]).GetAsync($"/2/projects/{project[1]}");

        Assert.Equal("jobs", reply.Ok().GetProperty("name").GetString());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_tokens_text_is_shown_once_and_revoking_ends_it()
    {
        await RunAsync("user", "create", "ann");
        var token = (await RunAsync("token", "create", "ann", "--label", "laptop"))[0];

        var listed = (await RunAsync("token", "list", "ann")).Single();
        Assert.Equal((token[1], "laptop"), (listed[1], listed[2]));
        Assert.DoesNotContain(token[2], listed);
        Assert.Equal("revoked", (await RunAsync("token", "revoke", token[1]))[0][0]);
        Assert.Empty(await RunAsync("token", "list", "ann"));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_address_is_lower_cased_and_one_users_only()
    {
        await RunAsync("user", "create", "ann", "--email", "Ann@Example.org");
        await RunAsync("user", "create", "bob");
        var output = new StringWriter();

        Assert.Equal("ann@example.org", (await RunAsync("user", "list"))[0][^1].Trim());
        Assert.Equal(1, await SiloCommand.RunAsync(
            ["admin", "user", "email", "bob", "ann@example.org", "--data", _folder], output, output));
        Assert.Equal(1, await SiloCommand.RunAsync(
            ["admin", "user", "create", "carl", "--email", "ann@example.org", "--data", _folder], output, output));
        await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync("user", "email", "bob", "nobody"));
        await RunAsync("user", "email", "ann", "off");
        Assert.Equal("ann@example.org", (await RunAsync("user", "email", "bob", "ann@example.org"))[0][^1]);
        Assert.Equal(2, (await RunAsync("user", "list")).Length);
    }

    [Fact(Timeout = 60_000)]
    public async Task Users_and_projects_are_listed()
    {
        var user = (await RunAsync("user", "create", "ann"))[0];
        var project = (await RunAsync("project", "create", "jobs", "--user", "ann"))[0];

        Assert.Equal([user[1], "ann"], (await RunAsync("user", "list")).Single()[1..3]);
        Assert.Equal([project[1], "jobs"], (await RunAsync("project", "list", "ann")).Single()[1..3]);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(5, "token", "create", "nobody")]
    [InlineData(5, "token", "revoke", "0123456789abcdef01234567")]
    [InlineData(5, "project", "list", "nobody")]
    [InlineData(5, "user", "email", "nobody", "a@example.org")]
    [InlineData(5, "project", "create", "x", "--user", "nobody")]
    [InlineData(2, "project", "create", "x")]
    [InlineData(2, "nonsense")]
    [InlineData(2)]
    public async Task Failures_are_reported_with_an_exit_code(int code, params string[] words)
    {
        Prepare(words);
        var output = new StringWriter();

        Assert.Equal(code, await SiloCommand.RunAsync(["admin", .. words, "--data", _folder], output, output));
        Assert.NotEmpty(output.ToString());
    }

    [Fact(Timeout = 60_000)]
    public async Task Shared_secrets_are_made_once_and_for_their_owner_only()
    {
        await RunAsync("secrets", "--database-host", "db");
        var first = Directory.GetFiles(_folder).Order().ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
        await RunAsync("secrets", "--database-host", "db");

        Assert.Equal(["postgres", "postgres-password", "server.key"], first.Keys);
        Assert.All(first, file => Assert.Equal(file.Value, File.ReadAllText(Path.Combine(_folder, file.Key))));
        Assert.Contains($"Host=db;Username=hybrid;Database=hybrid;Password={first["postgres-password"]}", first["postgres"], StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(_folder), file => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? 0 : File.GetUnixFileMode(file)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Setup_gives_a_client_and_a_runner_what_they_need_and_finds_it_again()
    {
        await RunAsync("setup", "--public-url", "http://127.0.0.1:9");
        var connection = ConnectionDetails.Read(_folder)!;
        await RunAsync("setup", "--public-url", "http://127.0.0.1:9");

        Assert.Equal(connection, ConnectionDetails.Read(_folder));
        Assert.Equal(connection.ClusterId, await File.ReadAllTextAsync(Path.Combine(_folder, "runner", "cluster-id")));
        Assert.Equal(connection.ClusterToken, await File.ReadAllTextAsync(Path.Combine(_folder, "runner", "cluster-token")));
        await using var silo = await TestSilo.StartAsync(null, ("HYBRID_DATA", _folder));
        var reply = await new ApiClient(silo.Address, connection.Token).GetAsync($"/2/projects/{connection.ProjectId}");
        Assert.Equal("default", reply.Ok().GetProperty("name").GetString());
    }

    [Theory(Timeout = 60_000)]
    [InlineData("user", "list")]
    [InlineData("user", "create", "ann")]
    [InlineData("token", "revoke", "0123456789abcdef01234567")]
    [InlineData("history")]
    public async Task B12_A_path_that_was_mistyped_is_told_and_nothing_is_made_there(params string[] words)
    {
        var typo = Path.Combine(_folder, "typo");

        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => SiloCommand.RunAsync(
            ["admin", .. words, "--data", typo], TextWriter.Null, TextWriter.Null));

        Assert.Contains(typo, refused.Message, StringComparison.Ordinal);
        Assert.Contains("silo admin setup", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(typo));
    }

    [Fact(Timeout = 60_000)]
    public async Task B12_Serve_without_set_up_says_so_and_how_and_makes_nothing()
    {
        var folder = Path.Combine(_folder, "nothing");

        var refused = await Assert.ThrowsAsync<ConfigurationException>(
            () => SiloCommand.RunAsync(
                ["serve", "--data", folder, "--urls", "http://127.0.0.1:0"], TextWriter.Null, TextWriter.Null));

        Assert.Contains("silo admin setup", refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Fact(Timeout = 60_000)]
    public async Task B12_Every_command_rejects_another_programs_database_and_leaves_its_folder_as_it_is()
    {
        var file = Path.Combine(_folder, "hybrid.db");
        await using (var connection = new SqliteConnection($"Data Source={file};Pooling=False"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE a (b)";
            await command.ExecuteNonQueryAsync();
        }

        var before = await File.ReadAllBytesAsync(file);
        string[] data = ["--data", _folder], listening = [.. data, "--urls", "http://127.0.0.1:0"];
        string[][] commands =
        [
            ["up", .. listening, "--no-runner"],
            ["serve", .. listening],
            ["admin", "user", "list", .. data],
            ["admin", "setup", "--public-url", "http://127.0.0.1:9", .. data],
            ["admin", "history", .. data],
        ];
        foreach (var command in commands)
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(
                () => SiloCommand.RunAsync(command, TextWriter.Null, TextWriter.Null));
            Assert.Contains("another program", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal([file], Directory.GetFiles(_folder));
        Assert.Equal(before, await File.ReadAllBytesAsync(file));
    }

    [Fact(Timeout = 60_000)]
    public async Task B12_A_name_that_a_user_has_is_rejected()
    {
        await RunAsync("user", "create", "ann");
        var output = new StringWriter();

        Assert.Equal(1, await SiloCommand.RunAsync(["admin", "user", "create", "ann", "--data", _folder], output, output));
        Assert.Contains("There is a user ann already", output.ToString(), StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync("user", "create", " "));
        await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync("user", "create", new string('a', 256)));
        Assert.Single(await RunAsync("user", "list"));
    }

    [Fact(Timeout = 60_000)]
    public async Task C9_iron_json_has_the_keys_that_published_clients_read_and_connection_json_the_address_in_parts()
    {
        await RunAsync("setup", "--public-url", "http://127.0.0.1:9099");

        var connection = ConnectionDetails.Read(_folder)!;
        var file = Path.Combine(_folder, "iron.json");
        using var iron = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(file));
        using var whole = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "connection.json")));
        Assert.Equal(
            $$"""{"token":"{{connection.Token}}","project_id":"{{connection.ProjectId}}","host":"127.0.0.1","port":9099,"scheme":"http","protocol":"http","api_version":"2"}""",
            System.Text.Json.JsonSerializer.Serialize(iron.RootElement));
        Assert.All(iron.RootElement.EnumerateObject(), key => Assert.Equal(
            key.Value.GetRawText(), whole.RootElement.GetProperty(key.Name).GetRawText()));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite,
            OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(file));
    }

    [Fact(Timeout = 60_000)]
    public async Task C9_a_connection_file_of_before_is_still_read()
    {
        await RunAsync("setup", "--public-url", "http://127.0.0.1:9");
        var connection = ConnectionDetails.Read(_folder)!;
        var file = Path.Combine(_folder, "connection.json");
        var old = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(file))!.AsObject();
        foreach (var key in new[] { "host", "port", "scheme", "protocol", "api_version" })
        {
            Assert.True(old.Remove(key));
        }

        await File.WriteAllTextAsync(file, old.ToJsonString());
        await RunAsync("setup", "--public-url", "http://127.0.0.1:9");

        Assert.Equal(connection, ConnectionDetails.Read(_folder));
    }

    [Fact(Timeout = 60_000)]
    public async Task C10_a_new_project_says_which_cluster_it_has_and_another_can_be_set()
    {
        await RunAsync("setup", "--public-url", "http://127.0.0.1:9");
        var token = ConnectionDetails.Read(_folder)!.Token;
        string newest;
        await using (var silo = await TestSilo.StartAsync(null, ("HYBRID_DATA", _folder)))
        {
            var reply = await new ApiClient(silo.Address, token).PostAsync("/2/clusters", """{"name":"newest"}""");
            newest = reply.Ok().GetProperty("cluster").GetProperty("id").GetString()!;
        }

        var byItself = await RunAsync("project", "create", "a", "--user", "owner");
        var asked = await RunAsync("project", "create", "b", "--user", "owner", "--cluster", "default");
        var changed = await RunAsync("project", "cluster", "b", newest);

        Assert.Equal(["default cluster", newest, "newest"], byItself[1]);
        Assert.Equal(("project", "default"), (asked[0][0], asked[1][2]));
        Assert.Equal([asked[0], ["default cluster", newest, "newest"]], changed);
        Assert.Equal(newest, (await RunAsync("project", "list", "owner")).Single(line => line[2] == "b")[^1]);
        await RunAsync("user", "create", "ann");
        Assert.Contains("no cluster", (await RunAsync("project", "create", "b", "--user", "ann"))[1][0], StringComparison.Ordinal);
        Assert.Contains("has no cluster newest", await FailAsync(5, "project", "create", "x", "--user", "ann", "--cluster", "newest"), StringComparison.Ordinal);
        Assert.Contains("has no cluster elsewhere", await FailAsync(5, "project", "cluster", asked[0][1], "elsewhere"), StringComparison.Ordinal);
        Assert.Contains("2 projects are called b", await FailAsync(5, "project", "cluster", "b", "default"), StringComparison.Ordinal);
        Assert.Contains("no project nothing", await FailAsync(5, "project", "cluster", "nothing", "default"), StringComparison.Ordinal);
        Assert.Equal("default", (await RunAsync("project", "cluster", "b", "default", "--user", "owner"))[1][2]);
    }

    private async Task<string> FailAsync(int code, params string[] words)
    {
        var output = new StringWriter();
        Assert.Equal(code, await SiloCommand.RunAsync(["admin", .. words, "--data", _folder], output, output));
        return output.ToString();
    }

    private async Task<string[][]> RunAsync(params string[] words)
    {
        Prepare(words);
        var output = new StringWriter();
        Assert.Equal(0, await SiloCommand.RunAsync(["admin", .. words, "--data", _folder], output, output));
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => line.Split('\t'))];
    }

    /// <summary>An empty file, for commands that make none.</summary>
    private void Prepare(string[] words)
    {
        var file = Path.Combine(_folder, "hybrid.db");
        if (words is not (["secrets", ..] or ["setup", ..]) && !File.Exists(file))
        {
            File.WriteAllBytes(file, []);
        }
    }
}
