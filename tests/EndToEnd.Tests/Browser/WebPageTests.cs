using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OrleansHybrid.EndToEnd.Tests.Programs;
using OrleansHybrid.Support;
using static Microsoft.Playwright.Assertions;

namespace OrleansHybrid.EndToEnd.Tests.Browser;

/// <summary>The web page in a real browser, with real programs behind it.</summary>
public sealed class WebPageTests : ProgramTestBase, IDisposable
{
    private const string Hostile = "</pre><script>alert(1)</script><img src=x onerror=alert(2)>\"'&";

    // A task waits until this is there, and everybody may look for it.
    private readonly string _signal = Path.Combine(Path.GetTempPath(), $"hybrid-signal-{Guid.NewGuid():n}");

    public void Dispose() => File.Delete(_signal);

    [BrowserFact(Timeout = 180_000)]
    public async Task A_new_clusters_page_says_connected_once_a_runner_was_started_with_the_values_shown()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var chromium = await Chromium.StartAsync();
        var page = await SignInAsync(chromium, plane);

        await CreateClusterAsync(page);
        await Expect(page.Locator("#runners")).ToContainTextAsync("Waiting for a runner");
        await Expect(page.Locator("#run-line")).ToContainTextAsync("docker run");
        await using var runner = await StartRunnerAsync(plane, page);

        await Expect(page.Locator("#runners")).ToContainTextAsync("connected");
        await Expect(page.Locator("#cluster-token")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.Locator("#runners")).ToContainTextAsync("connected");
        await Expect(page.Locator("#cluster-token")).ToHaveCountAsync(0);
        Assert.Empty(chromium.Complaints);
    }

    [BrowserFact(Timeout = 180_000)]
    public async Task A_tasks_log_arrives_while_it_runs_and_it_is_retried_and_cancelled_by_hand()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var chromium = await Chromium.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("talk", Waits);
        await using var runner = plane.StartRunner();
        await iron.WaitForStatusAsync(await iron.QueueAsync("talk"), "running");
        var page = await SignInAsync(chromium, plane);

        await page.GetByRole(AriaRole.Link, new() { Name = "talk" }).ClickAsync();
        await page.EvaluateAsync("window.neverReloaded = true");
        await Expect(page.Locator("#log")).ToHaveTextAsync("before\n");
        await File.WriteAllTextAsync(_signal, "");

        await Expect(page.Locator("#log")).ToHaveTextAsync("before\nafter\n");
        await Expect(page.Locator(".status")).ToHaveTextAsync("complete");
        Assert.True(await page.EvaluateAsync<bool>("window.neverReloaded"));

        File.Delete(_signal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await Expect(page.Locator(".status")).ToHaveTextAsync("running");
        await Expect(page.Locator("#log")).ToHaveTextAsync("before\n");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Locator(".status")).ToHaveTextAsync("cancelled");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Retry" })).ToBeVisibleAsync();
        Assert.Empty(chromium.Complaints);
    }

    [BrowserFact(Timeout = 180_000)]
    public async Task A_running_tasks_page_opens_at_the_end_of_its_log_and_stays_there()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var chromium = await Chromium.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("count", new JsonArray(
            "sh", "-c", $"seq 500; while [ ! -e {_signal} ]; do sleep 0.1; done; seq 501 600").ToJsonString());
        await using var runner = plane.StartRunner();
        var task = await iron.QueueAsync("count");
        await iron.WaitForStatusAsync(task, "running");
        var page = await SignInAsync(chromium, plane);
        var path = $"/projects/{plane.ConnectionValue("project_id")}/tasks/{task}";

        await page.GotoAsync(path);
        await Expect(page.Locator("#log")).ToContainTextAsync("\n500\n");
        await page.ReloadAsync();
        await IsAtEndAsync(page);
        await File.WriteAllTextAsync(_signal, "");
        await Expect(page.Locator("#log")).ToContainTextAsync("\n600\n");
        await IsAtEndAsync(page);

        await iron.WaitForStatusAsync(task, "complete");
        await page.ReloadAsync();
        Assert.Equal(0, await page.EvaluateAsync<double>("document.getElementById('log').scrollTop"));
        Assert.Empty(chromium.Complaints);
    }

    [BrowserFact(Timeout = 180_000)]
    public async Task A_page_whose_events_the_server_rejects_connects_again()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var chromium = await Chromium.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("talk", Waits);
        await using var runner = plane.StartRunner();
        var task = await iron.QueueAsync("talk");
        await iron.WaitForStatusAsync(task, "running");
        var page = await SignInAsync(chromium, plane);
        var rejected = 0;
        await page.RouteAsync("**/events?*", route => Interlocked.Increment(ref rejected) == 1
            ? route.FulfillAsync(new() { Status = 503 })
            : route.ContinueAsync());

        await page.GotoAsync($"/projects/{plane.ConnectionValue("project_id")}/tasks/{task}");
        await page.EvaluateAsync("window.neverReloaded = true");
        await File.WriteAllTextAsync(_signal, "");

        await Expect(page.Locator("#log")).ToHaveTextAsync("before\nafter\n");
        await Expect(page.Locator(".status")).ToHaveTextAsync("complete");
        Assert.True(await page.EvaluateAsync<bool>("window.neverReloaded"));
        Assert.True(rejected > 1);
    }

    [BrowserFact(Timeout = 180_000)]
    public async Task Without_scripts_everything_can_be_read_and_done_by_links_and_forms()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var chromium = await Chromium.StartAsync();
        using var iron = plane.CreateIronClient();
        await iron.UploadAsync("talk", Waits);
        var page = await SignInAsync(chromium, plane, scripts: false);

        await CreateClusterAsync(page);
        await using var runner = await StartRunnerAsync(plane, page);
        var task = await iron.QueueAsync("talk", cluster: "site");
        await iron.WaitForStatusAsync(task, "running");
        var status = await page.RunAndWaitForPopupAsync(
            () => page.GetByRole(AriaRole.Link, new() { Name = "this cluster's page" }).ClickAsync());
        await Expect(status.Locator("#runners")).ToContainTextAsync("connected");

        await page.GetByRole(AriaRole.Link, new() { Name = "Tasks" }).ClickAsync();
        await page.GetByLabel("Status").SelectOptionAsync("running");
        await page.GetByRole(AriaRole.Button, new() { Name = "Show" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "talk" }).ClickAsync();
        await File.WriteAllTextAsync(_signal, "");
        await iron.WaitForStatusAsync(task, "complete");
        await page.GetByRole(AriaRole.Link, new() { Name = "Reload" }).ClickAsync();
        await Expect(page.Locator("#log")).ToHaveTextAsync("before\nafter\n");

        File.Delete(_signal);
        await page.GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Locator(".status")).ToHaveTextAsync("cancelled");
        await page.Locator("summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByLabel("User token")).ToBeVisibleAsync();
    }

    [BrowserFact(Timeout = 180_000)]
    public async Task S20_hostile_and_endless_text_does_nothing_and_fits_a_telephone()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var chromium = await Chromium.StartAsync();
        using var iron = plane.CreateIronClient();
        var endless = Hostile + new string('x', 400);
        var says = $"echo '{new string('y', 2000)}<script>alert(3)</script>'; exit 3";
        await iron.UploadAsync(endless, new JsonArray("sh", "-c", says).ToJsonString());
        var task = await iron.QueueAsync(endless, label: endless);
        await using var runner = plane.StartRunner();
        await iron.WaitForStatusAsync(task, "error");
        var page = await SignInAsync(chromium, plane, width: 360, height: 740);
        await page.GotoAsync("/clusters");
        await page.GetByLabel("Name").FillAsync(endless);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create cluster" }).ClickAsync();
        await Expect(page.Locator("#run-line")).ToBeVisibleAsync();
        await FitsAsync(page);

        var project = plane.ConnectionValue("project_id");
        foreach (var path in (string[])["/clusters", $"/projects/{project}/tasks", "/sign-in"])
        {
            await page.GotoAsync(path);
            await FitsAsync(page);
        }

        await page.GotoAsync($"/projects/{project}/tasks/{task}");
        await page.Locator("summary").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = endless })).ToBeVisibleAsync();
        await Expect(page.Locator("#log")).ToContainTextAsync("<script>alert(3)</script>");
        await FitsAsync(page);
        Assert.Empty(chromium.Complaints);
    }

    [BrowserFact(Timeout = 180_000)]
    public async Task An_operator_comes_from_the_pages_to_the_dashboard_of_Orleans()
    {
        await using var plane = await ControlPlaneProcess.StartAsync();
        await using var chromium = await Chromium.StartAsync();
        var page = await SignInAsync(chromium, plane);

        await page.GetByRole(AriaRole.Link, new() { Name = "Orleans", Exact = true }).ClickAsync();

        await Expect(page.Locator("main")).ToContainTextAsync("Total Activations");
        Assert.Empty(chromium.Complaints);
    }

    private string Waits => new JsonArray(
        "sh", "-c", $"echo before; while [ ! -e {_signal} ]; do sleep 0.1; done; echo after").ToJsonString();

    private static Task<IPage> SignInAsync(
        Chromium chromium, ControlPlaneProcess plane, bool scripts = true, int width = 1200, int height = 800) =>
        chromium.SignInAsync(plane.Url, plane.ConnectionValue("token"), scripts, width, height);

    private static async Task CreateClusterAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Link, new() { Name = "Clusters" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("site");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create cluster" }).ClickAsync();
    }

    private static async Task<RunningProgram> StartRunnerAsync(ControlPlaneProcess plane, IPage page) => plane.StartRunner(
        ("CLUSTER_ID", await page.Locator("#cluster-id").InnerTextAsync()),
        ("CLUSTER_TOKEN", await page.Locator("#cluster-token").InnerTextAsync()));

    private static Task IsAtEndAsync(IPage page) => page.WaitForFunctionAsync("""
        () => {
          const log = document.getElementById("log");
          return log.scrollTop > 0 && log.scrollHeight - log.scrollTop - log.clientHeight < 2;
        }
        """);

    private static async Task FitsAsync(IPage page) =>
        Assert.Equal(360, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
}
