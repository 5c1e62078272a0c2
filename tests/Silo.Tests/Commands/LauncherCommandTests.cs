using OrleansHybrid.Fakes;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Tests.Jarvice;
using OrleansHybrid.Silo.Commands;
using OrleansHybrid.Silo.Tests.Launcher;

namespace OrleansHybrid.Silo.Tests.Commands;

/// <summary><c>silo launcher try</c> and <c>doctor</c>, as a person runs them.</summary>
public sealed class LauncherCommandTests
{
    [Fact(Timeout = 120_000)]
    public async Task Try_shows_a_launcher_at_work_on_a_bare_machine()
    {
        var (code, lines) = await RunAsync("try");

        Assert.True(code == 0, string.Join('\n', lines));
        Assert.Equal("7 of 7", lines[^1]);
        Assert.Contains(lines, line => line.StartsWith("5 time limit     allowed 6 s, timed_out after", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Doctor_finds_nothing_wrong_with_what_is_right_and_says_what_is_risky()
    {
        await using var silo = await CanarySilo.StartAsync();
        await silo.Silo.Get<ILaunchProvider>().SubmitAsync(JarviceProviderFixture.Job, default);

        var (code, lines) = await RunAsync("doctor", "--launcher-policy", silo.Policy);

        Assert.True(code == 0, string.Join('\n', lines));
        Assert.Equal(["ok policy", "warn secrets", "ok listener", "warn bounds", "ok key", "warn machine"], lines.Take(6).Select(Head));
        Assert.Contains(lines, line => line.StartsWith("ok jobs: 1 live, 0 of them launched by", StringComparison.Ordinal));
        Assert.All(silo.Canaries, canary => Assert.DoesNotContain(lines, line => line.Contains(canary, StringComparison.Ordinal)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Doctor_names_what_is_wrong()
    {
        await using var silo = await CanarySilo.StartAsync();
        silo.Rewrite(policy => policy.Replace("ngd3", "cray", StringComparison.Ordinal));
        silo.Fake.Faults.Plan("jobs", Fault.Html, times: 10);

        var (code, lines) = await RunAsync("doctor", "--launcher-policy", silo.Policy);

        Assert.Equal(1, code);
        Assert.Contains(lines, line => line.StartsWith("fail machine: the provider has no cray", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains("jarvice.get_calls: [jobs]", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Doctor_says_when_lists_of_jobs_repeat_the_key()
    {
        await using var silo = await CanarySilo.StartAsync();
        await silo.Client.LaunchAsync("0f3c9d", silo.Secret);
        silo.Fake.Faults.Plan("jobs", Fault.ExtraKeys, times: 10);

        var (_, lines) = await RunAsync("doctor", "--launcher-policy", silo.Policy);

        Assert.Contains(lines, line => line.StartsWith("warn echo: lists of jobs repeat the key", StringComparison.Ordinal));
        Assert.All(silo.Canaries, canary => Assert.DoesNotContain(lines, line => line.Contains(canary, StringComparison.Ordinal)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Usage_errors_are_explained()
    {
        Assert.Equal(2, (await RunAsync("dance")).Code);
        Assert.Equal(2, (await RunAsync()).Code);
        await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync("doctor"));
        await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync("doctor", "--launcher-policy", "/nowhere"));
    }

    private static string Head(string line) => line.Split(':')[0];

    private static async Task<(int Code, IReadOnlyList<string> Lines)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        var code = await SiloCommand.RunAsync(["launcher", .. arguments], output, output);
        return (code, output.ToString().TrimEnd().Split('\n'));
    }
}
