using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OrleansHybrid.Contracts.Sealing;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Configuration;

/// <summary>S37 and S38: what the command line puts into envelopes, in which forms it seals, and what it signs.</summary>
public sealed class SealOptionsTests
{
    private const string Key = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";

    private static readonly string Digest = $"busybox@sha256:{new string('a', 64)}";

    [Theory(Timeout = 10_000)]
    [InlineData("", "3", null)]
    [InlineData("--runs 5", "5", null)]
    [InlineData("--runs=* --not-after 2030-01-01T00:00:00Z", "*", 1_893_456_000L)]
    [InlineData("-seal v1 -runs 1", "1", null)]
    public async Task An_envelope_says_where_and_how_often(string flags, string runs, long? notAfter)
    {
        await using var test = await KeyedAsync();

        var outcome = await test.RunAsync($"worker queue {flags} --payload p hello");

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        var header = Header(test, Queue, "tasks");
        Assert.Equal(
            ("0123456789abcdef01234567", ClusterId, "hello", runs, notAfter),
            (header.Project, header.Cluster, header.Code, header.Runs, header.NotAfter));
    }

    [Fact(Timeout = 10_000)]
    public async Task Of_several_tasks_each_has_an_envelope_of_its_own()
    {
        await using var test = await KeyedAsync();
        test.Server.On(Queue, Support.Iron.FakeResponse.Json("""{"tasks":[{"id":"a"},{"id":"b"},{"id":"c"}]}"""));

        await test.RunAsync("worker queue -n 3 --payload p hello");

        var sent = JsonDocument.Parse(test.Server.Single(Queue).Bytes).RootElement.GetProperty("tasks").EnumerateArray();
        Assert.Equal(3, sent.Select(task => task.GetProperty("payload").GetString()).Distinct().Count());
    }

    [Fact(Timeout = 10_000)]
    public async Task A_schedule_can_have_an_end_in_its_envelope()
    {
        await using var test = await KeyedAsync();

        await test.RunAsync("worker schedule --run-every 60 --not-after 2030-01-01T00:00:00Z hello");

        var header = Header(test, Schedule, "schedules");
        Assert.Equal(("*", 1_893_456_000L), (header.Runs, header.NotAfter));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_public_key_seals_form_R_from_a_file_and_from_the_arguments(bool file)
    {
        await using var test = await StartAsync();
        using var pair = RSA.Create(2048);
        var pem = pair.ExportSubjectPublicKeyInfoPem();
        test.WriteFile("key.pem", pem);

        var outcome = await test.RunAsync(
            ["worker", "queue", .. file ? ["--encryption-key-file", "key.pem"] : new[] { "--encryption-key", pem }, "--payload", "p", "hello"]);

        Assert.Equal((0, file), (outcome.ExitCode, outcome.Error.Length == 0));
        var payload = JsonDocument.Parse(test.Server.Single(Queue).Bytes).RootElement.GetProperty("tasks")[0].GetProperty("payload");
        Assert.True(RsaSeal.TryOpen(Encoding.ASCII.GetBytes(payload.GetString()!), pair, out var plain));
        Assert.Equal("p"u8.ToArray(), plain);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("worker queue --runs 2 hello")]
    [InlineData("worker queue --seal s hello")]
    [InlineData("worker queue --not-after 2030-01-01T00:00:00Z hello")]
    [InlineData("worker queue --seal s --runs 2 --encryption-key " + Key + " hello")]
    [InlineData("worker queue --runs 0 --encryption-key " + Key + " hello")]
    [InlineData("worker queue --runs often --encryption-key " + Key + " hello")]
    [InlineData("worker queue --seal v2 --encryption-key " + Key + " hello")]
    [InlineData("worker schedule --runs 2 --run-every 60 hello")]
    public async Task Seal_options_that_can_not_be_kept_are_rejected_before_anything_is_sent(string line)
    {
        await using var test = await StartAsync();

        var outcome = await test.RunAsync(line);

        Assert.Equal(ExitCodes.UsageError, outcome.ExitCode);
        Assert.DoesNotContain(Key, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(test.Server.Requests);
    }

    [Fact(Timeout = 10_000)]
    public async Task S38_what_is_uploaded_is_signed_as_it_is_sent()
    {
        await using var test = await KeyedAsync();

        var outcome = await test.RunAsync(
            ["worker", "upload", "--sign", "--name", "hello", "--config", "c", "-e", "A=1", Digest, "echo", "a b"]);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        var body = test.Server.Single(Upload).Body;
        var data = JsonDocument.Parse(body[body.IndexOf('{', StringComparison.Ordinal)..(body.LastIndexOf('}') + 1)]).RootElement;
        Assert.True(DecryptionKeys.TryParse(Key, out var keys, out var problem), problem);
        using (keys)
        {
            Assert.True(InstructionSignature.Verify(
                data.GetProperty("signature").GetString()!,
                new Instructions(
                    "hello", Digest, data.GetProperty("command").GetString()!, "c"u8.ToArray(), new Dictionary<string, string> { ["A"] = "1" }),
                keys));
        }

        Assert.DoesNotContain(Key, body, StringComparison.Ordinal);
    }

    [Theory(Timeout = 10_000)]
    [InlineData("busybox", Key, "name@sha256:")]
    [InlineData("busybox:1", Key, "name@sha256:")]
    [InlineData(null, null, "no key")]
    public async Task A_code_that_can_not_be_signed_is_not_uploaded(string? image, string? key, string why)
    {
        await using var test = await StartAsync();
        if (key is not null)
        {
            test.Variables["HYBRID_ENCRYPTION_KEY"] = key;
        }

        var outcome = await test.RunAsync($"worker upload --sign --name hello {image ?? Digest}");

        Assert.Equal(ExitCodes.ConfigError, outcome.ExitCode);
        Assert.Contains(why, outcome.Error, StringComparison.Ordinal);
        Assert.Empty(test.Server.Requests);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_public_key_signs_nothing()
    {
        await using var test = await StartAsync();
        using var pair = RSA.Create(2048);
        test.WriteFile("key.pem", pair.ExportSubjectPublicKeyInfoPem());

        var outcome = await test.RunAsync($"worker upload --sign --encryption-key-file key.pem --name hello {Digest}");

        Assert.Equal(ExitCodes.ConfigError, outcome.ExitCode);
        Assert.Contains("hex key", outcome.Error, StringComparison.Ordinal);
        Assert.Empty(test.Server.Requests);
    }

    [Fact(Timeout = 10_000)]
    public async Task S34_I10_neither_key_nor_payload_is_told_also_not_with_verbose()
    {
        await using var test = await KeyedAsync();

        var outcome = await test.RunAsync("worker queue --verbose --payload secret-words hello");

        Assert.Contains("POST", outcome.Error, StringComparison.Ordinal);
        var all = outcome.Out + outcome.Error + string.Concat(
            test.Server.Requests.Select(request => request.Call + request.Query + string.Concat(request.Headers) + request.Body));
        Assert.DoesNotContain(Key, all, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret-words", all, StringComparison.Ordinal);
    }

    private static async Task<CliFixture> KeyedAsync()
    {
        var test = await StartAsync();
        test.Variables["HYBRID_ENCRYPTION_KEY"] = Key;
        return test;
    }

    private static EnvelopeHeader Header(CliFixture test, string call, string list)
    {
        var payload = JsonDocument.Parse(test.Server.Single(call).Bytes).RootElement.GetProperty(list)[0].GetProperty("payload");
        Assert.True(SymmetricKey.TryParse(Key, out var key, out var problem), problem);
        using (key)
        {
            Assert.True(Envelope.TryOpen(Encoding.ASCII.GetBytes(payload.GetString()!), id => id == key.Id ? key : null, out var opened, out _));
            return opened.Header;
        }
    }
}
