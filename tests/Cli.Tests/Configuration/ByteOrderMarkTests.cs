using System.Text;
using System.Text.Json;
using OrleansHybrid.Support.Iron;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Configuration;

/// <summary>B8: files that an editor has begun with a byte-order mark read like others.</summary>
public sealed class ByteOrderMarkTests
{
    public static TheoryData<string> Encodings() => ["utf-8", "utf-16", "utf-16BE"];

    [Theory(Timeout = 20_000)]
    [MemberData(nameof(Encodings))]
    public async Task B8_a_mark_before_iron_json_and_connection_json_is_skipped(string encoding)
    {
        await using var test = await StartUnconfiguredAsync();
        test.Server.On("GET /2/projects/p/tasks/x", FakeResponse.Json("""{"id":"x","status":"queued"}"""));
        var connection = Write(test, "connection.json", $$"""{"url":"{{test.Server.Url}}","token":"of-connection"}""", encoding);
        await AssertTokenAsync(test, "of-connection", $"--project-id p worker status x --connection {connection}");
        Write(
            test,
            "iron.json",
            $$"""{"token":"of-iron","project_id":"p","host":"127.0.0.1","scheme":"http","port":{{test.Server.Url.Port}}}""",
            encoding);

        await AssertTokenAsync(test, "of-iron", "worker status x");
    }

    [Theory(Timeout = 20_000)]
    [MemberData(nameof(Encodings))]
    public async Task B8_a_mark_before_a_payload_is_no_part_of_it(string encoding)
    {
        await using var test = await StartAsync();
        var file = Write(test, "payload.json", """{"a":"ä"}""", encoding);

        Assert.Equal(0, (await test.RunAsync($"worker queue hello --payload-file {file}")).ExitCode);

        using var body = JsonDocument.Parse(test.Server.Single(Queue).Body);
        Assert.Equal("""{"a":"ä"}""", body.RootElement.GetProperty("tasks")[0].GetProperty("payload").GetString());
    }

    private static string Write(CliFixture test, string name, string text, string encoding)
    {
        var path = Path.Combine(test.WorkingFolder, name);
        File.WriteAllText(path, text, Encoding.GetEncoding(encoding));
        Assert.NotEqual((byte)'{', File.ReadAllBytes(path)[0]);
        return path;
    }

    private static async Task AssertTokenAsync(CliFixture test, string token, string line)
    {
        var outcome = await test.RunAsync(line);
        Assert.True(outcome.ExitCode == 0, outcome.Error);
        Assert.Equal($"OAuth {token}", test.Server.Requests[^1].Headers["Authorization"]);
    }
}
