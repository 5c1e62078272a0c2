using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Fakes;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Silo.Api.Launcher;
using OrleansHybrid.Silo.Commands;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Launcher;

/// <summary>
/// The canary suite: a key and secrets that nobody else has, a silo that is driven through everything that can go well or wrong, and a search of all
/// that can be read of it.
/// </summary>
[Collection(nameof(SecretLeakTests))]
[CollectionDefinition(nameof(SecretLeakTests), DisableParallelization = true)]
public sealed class SecretLeakTests
{
    private static readonly Fault[] All =
    [
        Fault.ResetBefore, Fault.ResetAfter, Fault.FailsAfter, Fault.Busy, Fault.OneAtATime, Fault.Truncated, Fault.Html, Fault.WrongType,
        Fault.Huge, Fault.Echo, Fault.StringNumbers, Fault.MissingKeys, Fault.ExtraKeys, Fault.Vanishes,
        Fault.Redirect(new Uri("http://127.0.0.1:1/jarvice")), Fault.UnknownStatus("MELTED"), Fault.ClockSkew(TimeSpan.FromDays(-1)),
    ];

    [Fact(Timeout = 240_000)]
    public async Task No_form_of_key_or_secret_is_seen_anywhere()
    {
        using var overheard = new OutputRecorder();
        await using var silo = await CanarySilo.StartAsync();

        await DriveAsync(silo, overheard);

        Assert.Empty(overheard.PlacesContaining([silo.Secret, silo.SigningSecret]));
        Assert.All(silo.Keys, key => Assert.Empty(overheard.PlacesContaining([key])));
        Assert.DoesNotContain(silo.Fake.RequestLog.All, request => request.KeyInUrl);
        Assert.Superset(
            new HashSet<string> { "log", "activity", "metric", "event", "answer", "page", "database" }, new HashSet<string>(overheard.Places));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("log")]
    [InlineData("activity")]
    [InlineData("metric")]
    [InlineData("event")]
    [InlineData("database")]
    public async Task A_secret_leaked_on_purpose_is_found(string place)
    {
        using var overheard = new OutputRecorder();
        await using var silo = await CanarySilo.StartAsync();

        await LeakAsync(silo, place, silo.Keys[0]);
        await CollectAsync(silo, overheard);

        Assert.Equal([place], overheard.PlacesContaining(silo.Canaries));
    }

    [Fact]
    public void Every_form_of_a_secret_is_one_that_the_search_knows()
    {
        const string secret = "k+/&\"ä0123456789abcdef";
        using var overheard = new OutputRecorder();
        foreach (var before in (string[])["", "x", "xy", "xyz"])
        {
            overheard.Add(before, Convert.ToBase64String(Encoding.UTF8.GetBytes($"{before}{secret}after")));
        }

        overheard.Add("url", $"?a={WebUtility.UrlEncode(secret)}&b");
        overheard.Add("nothing", secret[..^1]);

        Assert.Equal(["", "x", "xy", "xyz", "url"], overheard.PlacesContaining([secret]));
    }

    private static async Task DriveAsync(CanarySilo silo, OutputRecorder overheard)
    {
        void Hear(LauncherTestResponse answer) => overheard.Add("answer", $"{answer}");

        Hear(await silo.Client.LaunchAsync("0f3c9d", "wrong" + silo.Secret[..40]));
        Hear(await silo.Client.LaunchAsync("not a hash", silo.Secret));
        Hear(await silo.Client.LaunchAsync(silo.Keys[0], silo.Secret));
        Hear(await silo.Client.SendAsync(silo.Sign("h=0f3c9d&h=0f3c9d")));
        var text = silo.Client.LaunchAsync("0f3c9d", silo.Secret);
        var call = silo.Sign("h=a0");
        var first = await silo.Client.SendAsync(call);
        Assert.Equal(HttpStatusCode.Accepted, first.Status);
        Hear(first);
        Hear(await silo.Client.SendAsync(call));

        await EachFaultAsync(silo, Hear);
        silo.Fake.Faults.Plan("jobs", Fault.Responds(401, "application/json", "{\"error\": \"billing\"}"));
        Hear(new LauncherTestResponse(HttpStatusCode.OK, $"{await Record.ExceptionAsync(() => CallAsync(silo.Silo.Get<ILaunchProvider>(), "jobs"))}"));
        await silo.RotateAsync();
        Hear(await silo.Client.SendAsync(silo.Sign("h=b0")));
        Hear(await silo.Client.SendAsync(silo.Sign("", $"/run/{first["id"]}/cancel")));
        var end = await text;
        Assert.Matches("(?s)^begins\n.*\nhybrid-launch [0-9a-f]{24} passed 0\n$", end.Text);
        Hear(end);
        await CollectAsync(silo, overheard);
    }

    // Each call of the API meets each fault: submissions by launches, the rest by looking at what was launched.
    private static async Task EachFaultAsync(CanarySilo silo, Action<LauncherTestResponse> hear)
    {
        foreach (var fault in All)
        {
            silo.Fake.Faults.Plan("batch", fault);
        }

        foreach (var i in Enumerable.Range(0, All.Length))
        {
            hear(await silo.Client.SendAsync(silo.Sign($"h=c{i:x}")));
        }

        var provider = silo.Silo.Get<ILaunchProvider>();
        foreach (var fault in All)
        {
            foreach (var call in (string[])["jobs", "status", "tail", "output", "shutdown", "terminate", "machines"])
            {
                silo.Fake.Faults.Plan(call, fault);
                var said = await Record.ExceptionAsync(() => CallAsync(provider, call));
                hear(new LauncherTestResponse(HttpStatusCode.OK, $"{said}"));
            }
        }
    }

    private static Task CallAsync(ILaunchProvider provider, string call) => call switch
    {
        "jobs" => provider.JobsAsync(ended: true, default),
        "status" => provider.StatusAsync(1, default),
        "tail" => provider.TailAsync(1, default),
        "output" => provider.OutputAsync(1, default),
        "shutdown" => provider.ShutdownAsync(1, default),
        "terminate" => provider.TerminateAsync(1, default),
        _ => provider.MachinesAsync(default),
    };

    private static async Task CollectAsync(CanarySilo silo, OutputRecorder overheard)
    {
        await silo.Silo.Get<RejectedCallAuditor>().FlushAsync();
        var operators = await silo.NewOperatorAsync();
        string[] paths = ["/launcher/v1", "/launcher/v1/runs?limit=100", "/launcher/v1/audit?limit=1000", "/", "/tasks", "/healthz", "/readyz", "/openapi/v1.json"];
        foreach (var path in paths)
        {
            overheard.Add("page", await PageAsync(operators, path));
        }

        await foreach (var id in LaunchesAsync(silo))
        {
            overheard.Add("page", await PageAsync(operators, $"/launcher/v1/runs/{id}/log"));
        }

        await DatabaseDump.ReadAsync(silo.Silo.Store, overheard);
        foreach (var line in silo.Silo.Logs.All)
        {
            overheard.Add("log", line);
        }
    }

    private static async Task<string> PageAsync(Tenant operators, string path)
    {
        var reply = await operators.Api.GetAsync(path);
        return $"{reply} {reply.Headers}";
    }

    private static async IAsyncEnumerable<string> LaunchesAsync(CanarySilo silo)
    {
        var launcher = silo.Silo.Get<IGrainFactory>().GetLauncher("nimbix");
        foreach (var live in (await launcher.Summarize()).Live)
        {
            yield return live.Id;
        }

        foreach (var ended in await silo.Silo.Get<ILaunchStore>().ListAsync("nimbix", null, 100, default))
        {
            yield return ended.Id;
        }
    }

    private static async Task LeakAsync(CanarySilo silo, string place, string secret)
    {
        var hidden = Convert.ToBase64String(Encoding.UTF8.GetBytes($"it is {secret}!"));
        switch (place)
        {
            case "log":
                silo.Silo.Get<ILogger<SecretLeakTests>>().LogTrace("a key in base64: {Key}", hidden);
                break;
            case "activity":
                using (var source = new ActivitySource("leak"))
                using (var activity = source.StartActivity("call"))
                {
                    activity?.SetTag("url.query", $"?apikey={Uri.EscapeDataString(secret)}");
                }

                break;
            case "metric":
                using (var meter = new Meter("leak"))
                {
                    meter.CreateCounter<long>("calls").Add(1, KeyValuePair.Create<string, object?>("key", secret));
                }

                break;
            case "event":
                using (var source = new EventSource("leak"))
                {
                    source.Write("call", new EventSourceOptions { Level = EventLevel.Informational }, new { key = secret });
                }

                break;
            default:
                await silo.Silo.Get<ILaunchConsoleStore>().AppendAsync("0123456789abcdef01234567", 1, 0, Encoding.UTF8.GetBytes(hidden), default);
                break;
        }
    }
}
