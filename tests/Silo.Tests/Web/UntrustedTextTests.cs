using OrleansHybrid.Primitives.Text;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Web;

/// <summary>S20, S24: text from tasks and callers is text on every page.</summary>
public sealed class UntrustedTextTests(TestSilo silo) : IClassFixture<TestSilo>
{
    private const string Hostile = "</pre></title><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{7*7}}`";

    [Fact(Timeout = 30_000)]
    public async Task S20_names_labels_messages_and_logs_are_never_markup()
    {
        var json = System.Text.Json.JsonSerializer.Serialize(Hostile);
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync($$"""{"name":{{json}}}""");
        await tenant.UploadAsync($$"""{"name":{{json}},"image":"busybox"}""");
        var runner = await tenant.EnrolAsync(cluster);
        var queued = (await tenant.PostTasksAsync(
            $$"""{"tasks":[{"code_name":{{json}},"label":{{json}},"payload":{{json}}}]}""")).Ok();
        var task = queued.GetProperty("tasks")[0].GetProperty("id").GetString();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");
        await runner.LogAsync(lease, 0, Hostile);
        await runner.FinishAsync(lease, "error", Hostile, exitCode: 1);
        using var visitor = await PageClient.SignedInAsync(silo, tenant);

        string[] paths =
        [
            "/clusters", $"/clusters/{cluster}", $"/projects/{tenant.ProjectId}/tasks",
            $"/projects/{tenant.ProjectId}/tasks?code={Uri.EscapeDataString(Hostile)}",
            $"/projects/{tenant.ProjectId}/tasks/{task}",
        ];
        foreach (var path in paths)
        {
            var page = await visitor.GetAsync(path);
            Assert.Equal(200, page.Status);
            Assert.Contains(Hostile, page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>", page.Body, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<img", page.Body, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("plain\ttext\n", "plain\ttext\n")]
    [InlineData("\e[31mred\e[0m \e[2J\e[1;1H", "red ")]
    [InlineData("\u009b31mred", "red")]
    [InlineData("\e]52;c;aGVsbG8=\aafter", "after")]
    [InlineData("\e]8;;https://x.example\e\\link\e]8;;\e\\", "link")]
    [InlineData("one\r\ntwo\rthree", "one\ntwo\nthree")]
    [InlineData("bell\a and nul\0", "bell and nul")]
    [InlineData("abc\u202Etxt.exe", "abctxt.exe")]
    [InlineData("\e", "")]
    public void S24_what_steers_terminals_or_reorders_text_is_taken_out(string text, string shown) =>
        Assert.Equal(shown, TerminalTextSanitizer.Lines(text));
}
