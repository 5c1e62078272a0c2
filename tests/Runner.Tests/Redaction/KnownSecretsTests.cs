using System.Text;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Runner.Redaction;
using OrleansHybrid.Runner.Tests.Support;

namespace OrleansHybrid.Runner.Tests.Redaction;

/// <summary>Secrets stay out of logs.</summary>
public sealed class KnownSecretsTests : RunnerTestBase
{
    [Fact]
    public void In_base64_a_secret_is_found_wherever_it_begins()
    {
        var order = TaskAssignments.New() with { EnvVars = new Dictionary<string, string> { ["API_TOKEN"] = "correct horse battery" } };
        foreach (var before in (string[])["", "a", "ab", "abc"])
        {
            var text = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{before}correct horse battery and more"));
            var redactor = new SecretRedactor(KnownSecrets.Find(order).Select(secret => (ReadOnlyMemory<byte>)secret));
            Assert.Contains("***", redactor.Redact(text), StringComparison.Ordinal);
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
}
