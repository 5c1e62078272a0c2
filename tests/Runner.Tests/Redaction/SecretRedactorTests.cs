using System.Text;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.Redaction;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Redaction;

/// <summary>Secrets stay out of logs, however a program's output is cut into pieces.</summary>
public sealed class SecretRedactorTests : RunnerTestBase
{
    [Theory]
    [InlineData("the secret", "secret", "the ***")]
    [InlineData("secretsecret", "secret", "******")]
    [InlineData("secre", "secret", "secre")]
    [InlineData("secsecret", "secret", "sec***")]
    [InlineData("abcabcabd", "abcabd", "abc***")]
    [InlineData("secrets and secret", "secret secrets", "*** and ***")]
    [InlineData("xabcdy", "abc bcd", "x***dy")]
    [InlineData("xabcd", "bcd abcdef", "xa***")]
    [InlineData("", "secret", "")]
    public void What_is_shown_does_not_depend_on_where_the_output_is_cut(string text, string secrets, string shown)
    {
        for (var first = 0; first <= text.Length; first++)
        {
            for (var second = first; second <= text.Length; second++)
            {
                Assert.Equal(shown, Redacted(secrets.Split(' '), text[..first], text[first..second], text[second..]));
            }
        }
    }

    [Fact]
    public void Chance_finds_no_cut_that_matters()
    {
        var chance = new Random(20261122);
        for (var round = 0; round < 5000; round++)
        {
            var secrets = Enumerable.Range(0, chance.Next(1, 4)).Select(_ => Letters(chance, 1, 5)).ToArray();
            var text = Letters(chance, 0, 30);
            var pieces = text.Select(letter => letter.ToString()).ToArray();
            Assert.Equal(Redacted(secrets, text), Redacted(secrets, pieces));
        }
    }

    [Fact]
    public void In_base64_a_secret_is_found_wherever_it_begins()
    {
        var order = TaskAssignments.New() with { EnvVars = new Dictionary<string, string> { ["API_TOKEN"] = "correct horse battery" } };
        foreach (var before in (string[])["", "a", "ab", "abc"])
        {
            var text = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{before}correct horse battery and more"));
            var redactor = new SecretRedactor(KnownSecrets.Find(order));
            Assert.Contains("***", Encoding.UTF8.GetString([.. redactor.Redact(Encoding.UTF8.GetBytes(text)), .. redactor.Flush()]), StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_tasks_log_does_not_hold_its_secrets_and_holds_all_else()
    {
        var order = TaskAssignments.New() with
        {
            EnvVars = new Dictionary<string, string> { ["DB_PASSWORD"] = "hunter-twelve", ["GREETING"] = "hello there", ["PIN_TOKEN"] = "1234" },
            Login = new RegistryLogin { Username = "me", Password = "registry-password", Serveraddress = "registry.test" },
        };
        var sandbox = await StartedAsync(order);
        sandbox.Write("hello there, hunter-");
        sandbox.Write("twelve 1234 registry-pass");
        sandbox.Write("word hunt");
        sandbox.End(0);
        await Plane.Finishes.NextAsync();

        Assert.Equal("hello there, *** 1234 *** hunt", Encoding.UTF8.GetString([.. Plane.StoredLogs[order.Lease.TaskId]]));
    }

    private static string Redacted(string[] secrets, params string[] pieces)
    {
        var redactor = new SecretRedactor([.. secrets.Select(Encoding.UTF8.GetBytes)]);
        var shown = pieces.SelectMany(piece => redactor.Redact(Encoding.UTF8.GetBytes(piece))).ToList();
        return Encoding.UTF8.GetString([.. shown, .. redactor.Flush()]);
    }

    private static string Letters(Random random, int min, int max) =>
        string.Concat(Enumerable.Range(0, random.Next(min, max + 1)).Select(_ => (char)('a' + random.Next(2))));
}
