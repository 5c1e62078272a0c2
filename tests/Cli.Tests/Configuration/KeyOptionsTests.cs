using System.Text;
using System.Text.Json;
using OrleansHybrid.Contracts.Sealing;
using static OrleansHybrid.Cli.Tests.CliFixture;

namespace OrleansHybrid.Cli.Tests.Configuration;

/// <summary>S40 and S48: where keys come from, and that nothing leaves unsealed.</summary>
public sealed class KeyOptionsTests
{
    private const string Key = "5c1f0e3b9a7748d2b6e4037fa1c8eeff";

    [Theory(Timeout = 10_000)]
    [InlineData("--encryption-key " + Key, true)]
    [InlineData("-encryption-key=" + Key, true)]
    [InlineData("--encryption-key-file key.txt", false)]
    [InlineData("-encryption-key-file -", false)]
    [InlineData("", false)]
    public async Task A_key_seals_wherever_it_comes_from_and_draws_a_warning_in_the_arguments(string flag, bool warned)
    {
        await using var test = await StartAsync();
        test.WriteFile("key.txt", $"key={Key.ToUpperInvariant()}\n");
        test.Input = $"{Key}\n";
        if (flag.Length == 0)
        {
            test.Variables["HYBRID_ENCRYPTION_KEY"] = Key;
        }

        var outcome = await test.RunAsync($"worker queue {flag} --payload secret-words hello");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(warned, outcome.Error.Contains("warning", StringComparison.Ordinal));
        Assert.DoesNotContain(Key, outcome.Error + outcome.Out, StringComparison.OrdinalIgnoreCase);
        var request = test.Server.Single(Queue);
        Assert.DoesNotContain("secret-words", request.Body, StringComparison.Ordinal);
        Assert.Equal("secret-words", Open(request.Bytes));
    }

    [Fact(Timeout = 10_000)]
    public async Task A_key_on_the_command_line_beats_the_variable()
    {
        await using var test = await StartAsync();
        test.Variables["HYBRID_ENCRYPTION_KEY"] = "d3a90b64e17f528c0f9be6247c351100";

        await test.RunAsync($"worker queue --encryption-key {Key} --payload p hello");

        Assert.Equal("p", Open(test.Server.Single(Queue).Bytes));
    }

    [Theory(Timeout = 10_000)]
    [InlineData("5c1f0e3b9a7748d2b6e4037fa1c8ee", "32, 48 or 64 hex digits")]
    [InlineData("00000000000000000000000000000000", "one byte repeated")]
    [InlineData("correct horse battery staple", "32, 48 or 64 hex digits")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", "no whole RSA key")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----", "belongs to the runners")]
    public async Task A_poor_key_stops_everything_before_anything_is_sent(string key, string words)
    {
        await using var test = await StartAsync();
        test.WriteFile("key.txt", key);
        test.Variables["HYBRID_ENCRYPTION_KEY"] = key;

        foreach (var flag in new[] { "", "--encryption-key-file key.txt " })
        {
            var outcome = await test.RunAsync($"worker queue {flag}hello");

            Assert.Equal(ExitCodes.ConfigError, outcome.ExitCode);
            Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
            Assert.DoesNotContain(key, outcome.Error, StringComparison.Ordinal);
        }

        Assert.Empty(test.Server.Requests);
    }

    [Fact(Timeout = 10_000)]
    public async Task Standard_input_is_not_read_for_key_and_payload_both()
    {
        await using var test = await StartAsync();
        test.Input = Key;

        var outcome = await test.RunAsync("worker queue --encryption-key-file - --payload-file - hello");

        Assert.Equal(ExitCodes.UsageError, outcome.ExitCode);
        Assert.Empty(test.Server.Requests);
    }

    private static string Open(byte[] request)
    {
        var task = JsonDocument.Parse(request).RootElement.GetProperty("tasks")[0];
        var payload = Encoding.ASCII.GetBytes(task.GetProperty("payload").GetString()!);
        Assert.True(SymmetricKey.TryParse(Key, out var key, out var problem), problem);
        using (key)
        {
            Assert.True(Envelope.TryOpen(payload, id => id == key.Id ? key : null, out var opened, out _));
            return Encoding.UTF8.GetString(opened.Plaintext);
        }
    }
}
