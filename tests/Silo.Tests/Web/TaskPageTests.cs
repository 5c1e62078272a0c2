using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Web;

/// <summary>The list of tasks, and the page of one.</summary>
public sealed class TaskPageTests(TestSilo silo) : IClassFixture<TestSilo>
{
    [Fact(Timeout = 30_000)]
    public async Task An_empty_project_teaches_the_next_command()
    {
        var tenant = await silo.NewTenantAsync();
        using var visitor = await PageClient.SignedInAsync(silo, tenant);

        var page = await visitor.GetAsync($"/projects/{tenant.ProjectId}/tasks");

        Assert.Equal(200, page.Status);
        Assert.Contains("hybrid worker queue hello", page.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_list_goes_from_page_to_page_newest_first_and_keeps_its_filter()
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        await tenant.UploadAsync("""{"name":"a&b=c","image":"busybox"}""");
        var odd = (await tenant.PostTasksAsync("""{"tasks":[{"code_name":"a&b=c"}]}""")).Ok();
        var queued = new List<string>();
        for (var i = 0; i < 30; i++)
        {
            queued.Add(await tenant.QueueAsync());
        }

        using var visitor = await PageClient.SignedInAsync(silo, tenant);
        var list = $"/projects/{tenant.ProjectId}/tasks";
        var first = await visitor.GetAsync($"{list}?status=queued&code=hello");
        await tenant.QueueAsync();
        var second = await visitor.GetAsync(Link(first, "Older"));

        // Within a millisecond it is chance that orders ids.
        var newestFirst = queued.OrderDescending(StringComparer.Ordinal).ToArray();
        Assert.Equal(newestFirst[..25], Tasks(first));
        Assert.Equal(newestFirst[25..], Tasks(second));
        Assert.DoesNotContain(">Older<", second.Body, StringComparison.Ordinal);
        Assert.Equal(25, Tasks(await visitor.GetAsync(Link(second, "Newest"))).Count);
        Assert.Equal(
            [odd.GetProperty("tasks")[0].GetProperty("id").GetString()!],
            Tasks(await visitor.GetAsync($"{list}?code=a%26b%3Dc")));
        Assert.Empty(Tasks(await visitor.GetAsync($"{list}?status=complete")));

        IReadOnlyList<string> Tasks(PageResponse page) => [.. System.Text.RegularExpressions.Regex
            .Matches(page.Body, $"href=\"{list}/([0-9a-f]{{24}})\"").Select(match => match.Groups[1].Value)];
    }

    [Theory(Timeout = 30_000)]
    [InlineData("status=nonsense&before=x")]
    [InlineData("status=&code=&before=")]
    public async Task A_filter_that_means_nothing_filters_nothing(string query)
    {
        var tenant = await (await silo.NewTenantAsync()).ReadyAsync();
        var task = await tenant.QueueAsync();
        using var visitor = await PageClient.SignedInAsync(silo, tenant);

        var page = await visitor.GetAsync($"/projects/{tenant.ProjectId}/tasks?{query}");

        Assert.Contains(task, page.Body, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_running_task_shows_how_it_stands_and_is_cancelled()
    {
        var (tenant, runner, visitor) = await ReadyAsync();
        var task = await tenant.QueueAsync("\"payload\":\"secret payload\",\"label\":\"mine\"");
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running", message: "half way", digest: "sha256:0a1b");
        await runner.LogAsync(lease, 0, "first line\n");
        var path = $"/projects/{tenant.ProjectId}/tasks/{task}";

        var page = await visitor.GetAsync(path);
        var cancelled = await visitor.PostAsync($"{path}/cancel");

        foreach (var shown in (string[])["hello", "running", "half way", "mine", "first line", "14 bytes", "sha256:0a1b"])
        {
            Assert.Contains(shown, page.Text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("secret payload", page.Text, StringComparison.Ordinal);
        Assert.Equal((303, path), (cancelled.Status, cancelled.Location));
        Assert.Equal("cancelled", (await tenant.TaskAsync(task)).GetProperty("status").GetString());
        Assert.Contains("still stopping", (await visitor.GetAsync(path)).Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_ended_task_shows_why_and_is_retried_as_a_new_task()
    {
        var (tenant, runner, visitor) = await ReadyAsync();
        var task = await tenant.QueueAsync();
        await runner.FinishAsync((await runner.ClaimOneAsync()).Lease, "error", "exit code 3", exitCode: 3);
        var path = $"/projects/{tenant.ProjectId}/tasks/{task}";

        var page = await visitor.GetAsync(path);
        var retried = await visitor.PostAsync($"{path}/retry");

        Assert.Contains("exit code 3", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/cancel", page.Body, StringComparison.Ordinal);
        Assert.Equal(303, retried.Status);
        var again = await visitor.GetAsync(retried.Location!);
        Assert.Contains("queued", again.Text, StringComparison.Ordinal);
        Assert.NotEqual(path, retried.Location);
        Assert.Equal(303, (await visitor.PostAsync($"{retried.Location}/retry")).Status);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_long_log_shows_its_end_and_the_rest_on_demand()
    {
        var (tenant, runner, visitor) = await ReadyAsync();
        var task = await tenant.QueueAsync();
        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");
        var lines = string.Concat(Enumerable.Range(0, 40_000).Select(i => $"ä line {i}\n"));
        var bytes = System.Text.Encoding.UTF8.GetBytes(lines);
        for (var offset = 0; offset < bytes.Length; offset += 40_000)
        {
            var piece = bytes.AsSpan(offset, Math.Min(40_000, bytes.Length - offset)).ToArray();
            Assert.Equal(200, (await runner.LogAsync(lease, offset, piece)).Status);
        }

        var path = $"/projects/{tenant.ProjectId}/tasks/{task}";
        var page = (await visitor.GetAsync(path)).Text;
        var whole = await visitor.GetAsync($"{path}/log");

        Assert.Contains("Only the end", page, StringComparison.Ordinal);
        Assert.Contains("ä line 39999\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain("ä line 1\n", page, StringComparison.Ordinal);
        Assert.DoesNotContain('\ufffd', page);
        Assert.Equal(lines, whole.Body);
        Assert.Equal("text/plain", whole.Response.Content.Headers.ContentType!.MediaType);
    }

    [Fact(Timeout = 30_000)]
    public async Task News_of_a_task_arrive_as_they_happen_and_go_on_after_the_last_one_that_was_seen()
    {
        var (tenant, runner, visitor) = await ReadyAsync();
        var task = await tenant.QueueAsync();
        var path = $"/projects/{tenant.ProjectId}/tasks/{task}";
        var mark = Link(await visitor.GetAsync(path), "data-events");
        using var events = await visitor.OpenEventStreamAsync(mark);

        var lease = (await runner.ClaimOneAsync()).Lease;
        await runner.HeartbeatAsync(lease, "running");
        await runner.LogAsync(lease, 0, "one\ntwo\n");
        var log = await NextAsync(events, "log");
        await runner.LogAsync(lease, 8, "three\n");
        await runner.FinishAsync(lease, "complete", exitCode: 0);
        await NextAsync(events, "end");
        using var later = await visitor.OpenEventStreamAsync(mark, lastId: log.Id);

        Assert.Equal("one\ntwo\n", log.Data);
        Assert.Equal("three\n", (await NextAsync(later, "log")).Data);
        await NextAsync(later, "change");
        await NextAsync(later, "end");
        Assert.Null(await later.ReadLineAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_page_that_waits_for_events_does_not_delay_a_stop()
    {
        var own = await TestSilo.StartAsync();
        var tenant = await (await own.NewTenantAsync()).ReadyAsync();
        using var visitor = await PageClient.SignedInAsync(own, tenant);
        var path = $"/projects/{tenant.ProjectId}/tasks/{await tenant.QueueAsync()}";
        using var events = await visitor.OpenEventStreamAsync($"{path}/events");
        await NextAsync(events, "change");
        var began = TimeProvider.System.GetTimestamp();

        await own.DisposeAsync();

        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, 0, 20);
        Assert.DoesNotContain("event: end", await events.ReadToEndAsync(), StringComparison.Ordinal);
    }

    /// <summary>Reads on to the next event of a kind.</summary>
    private static async Task<(string Data, string Id)> NextAsync(StreamReader events, string kind)
    {
        var (type, id, data) = ("", "", new List<string>());
        while (await events.ReadLineAsync() is { } line)
        {
            if (line.Length == 0)
            {
                if (type == kind)
                {
                    return (string.Join('\n', data), id);
                }

                (type, id, data) = ("", "", []);
            }
            else if (line.Split(": ", 2) is [var name, var value])
            {
                (type, id) = name switch { "event" => (value, id), "id" => (type, value), _ => (type, id) };
                data.AddRange(name == "data" ? [value] : []);
            }
        }

        throw new InvalidOperationException($"no {kind} came");
    }

    private static string Link(PageResponse page, string which)
    {
        var pattern = which == "data-events" ? "data-events=\"([^\"]+)\"" : $"href=\"([^\"]+)\">{which}<";
        return System.Net.WebUtility.HtmlDecode(
            System.Text.RegularExpressions.Regex.Match(page.Body, pattern).Groups[1].Value);
    }

    private async Task<(Tenant Tenant, TestRunner Runner, PageClient Visitor)> ReadyAsync()
    {
        var tenant = await silo.NewTenantAsync();
        var cluster = await tenant.NewClusterAsync();
        await tenant.UploadAsync();
        return (tenant, await tenant.EnrolAsync(cluster), await PageClient.SignedInAsync(silo, tenant));
    }
}
