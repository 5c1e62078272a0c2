using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Launcher.Policy;
using OrleansHybrid.Support;

namespace OrleansHybrid.Launcher.Tests.Policy;

/// <summary>Policy and secrets change while the silo runs; what is bad changes nothing.</summary>
public sealed class PolicyMonitorTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_good_policy_takes_the_place_of_the_one_before()
    {
        using var files = new PolicyFolder();
        using var live = files.Open();

        files.Write("policy.yaml", PolicyFolder.Usual.Replace("40", "50", StringComparison.Ordinal));
        live.Reload();

        Assert.Equal(TimeSpan.FromMinutes(50), live.Current.Policy.Profile.Limit);
    }

    [Fact]
    public void Changes_to_startup_settings_wait_for_the_next_start_and_are_logged_once()
    {
        const string jarvice = "jarvice: {base_url: https://a.example, username: u, key_file: f, get_calls: jobs";
        using var files = new PolicyFolder($"{PolicyFolder.Usual}{jarvice}}}\n");
        using var live = files.Open();
        var before = live.Current.Policy;

        files.Write("policy.yaml", $"{PolicyFolder.Usual}{jarvice}, vault: v}}\naccount: other\nnodes: 2\n".Replace("127.0.0.1:0", "127.0.0.1:1", StringComparison.Ordinal));
        live.Reload();
        live.Reload();
        files.Write("policy.yaml", $"{PolicyFolder.Usual}{jarvice}}}\nnodes: 3\n");
        live.Reload();

        var after = live.Current.Policy;
        Assert.Equal((before.Account, before.Jarvice, before.Listener.Listen, 3), (after.Account, after.Jarvice, after.Listener.Listen, after.Profile.Nodes));
        Assert.Contains(
            "changes to account, jarvice, listen take",
            Assert.Single(files.Logs.All, line => line.Contains("take effect after a restart", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_one_changes_nothing_and_is_told_once_without_its_values()
    {
        using var files = new PolicyFolder();
        using var live = files.Open();
        var before = live.Current;

        files.Write("policy.yaml", $"{PolicyFolder.Usual}shared_secret: changeme\n");
        live.Reload();
        live.Reload();

        Assert.Same(before, live.Current);
        var line = Assert.Single(files.Logs.All, line => line.Contains("keeping the current policy", StringComparison.Ordinal));
        Assert.Contains("shared_secret must not stand in the policy", line, StringComparison.Ordinal);
        Assert.DoesNotContain(files.Logs.All, line => line.Contains("changeme", StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_secret_counts_and_the_old_one_no_more_though_the_policy_is_the_same()
    {
        const string next = "fedcba9876543210fedcba9876543210";
        using var files = new PolicyFolder();
        using var live = files.Open();

        files.Write("secret", next);
        live.Reload();

        Assert.Null(live.Current.Keys.FindBySecret(PolicyFolder.Secret, Now));
        Assert.Equal("shared", live.Current.Keys.FindBySecret(next, Now)!.Id);
    }

    [Fact]
    public void A_secret_that_is_lost_or_open_to_others_changes_nothing()
    {
        using var files = new PolicyFolder();
        using var live = files.Open();

        File.Delete(Path.Combine(files.Folder, "secret"));
        live.Reload();
        Assert.Equal("shared", live.Current.Keys.FindBySecret(PolicyFolder.Secret, Now)!.Id);

        files.Write("secret", "fedcba9876543210fedcba9876543210");
        File.SetUnixFileMode(Path.Combine(files.Folder, "secret"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        live.Reload();
        Assert.Equal("shared", live.Current.Keys.FindBySecret(PolicyFolder.Secret, Now)!.Id);
    }

    [Fact]
    public void Replaced_secrets_are_overwritten_when_no_call_can_use_them_any_more()
    {
        var time = new ManualTimeProvider();
        using var files = new PolicyFolder();
        using var live = files.Open(time);
        var before = live.Current;

        files.Write("secret", "fedcba9876543210fedcba9876543210");
        live.Reload();
        live.Reload();
        Assert.Equal("ci", before.Keys.FindBySignature("ci", [1], Signature([1]), Now)!.Id);

        time.Advance(PolicyMonitor.PollInterval);
        live.Reload();
        Assert.Throws<ObjectDisposedException>(() => before.Keys.FindBySignature("ci", [1], new byte[32], Now));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_swapped_mount_is_found_without_a_notification()
    {
        var time = new ManualTimeProvider();
        using var files = new PolicyFolder();
        using var live = files.Open(time);
        await live.StartAsync(default);
        await time.WaitForTimerAsync(PolicyMonitor.PollInterval);
        var taken = new TaskCompletionSource();
        live.ReloadAttempted += () =>
        {
            if (live.Current.Policy.Profile.Nodes == 2)
            {
                taken.TrySetResult();
            }
        };

        // The clock stands still: it is the folder that tells.
        files.Write("policy.yaml", $"{PolicyFolder.Usual}nodes: 2\n");

        await taken.Task;
        await live.StopAsync(default);
    }

    [Fact(Timeout = 60_000)]
    public async Task It_polls_every_few_seconds_without_a_notification()
    {
        var time = new ManualTimeProvider();
        using var elsewhere = new PolicyFolder();
        using var files = new PolicyFolder(PolicyFolder.Usual.Replace("SECRETS/secret", $"{elsewhere.Folder}/secret", StringComparison.Ordinal));
        using var live = files.Open(time);
        await live.StartAsync(default);
        await time.WaitForTimerAsync(PolicyMonitor.PollInterval);
        var looked = new TaskCompletionSource();
        live.ReloadAttempted += looked.SetResult;

        elsewhere.Write("secret", "fedcba9876543210fedcba9876543210");
        time.Advance(PolicyMonitor.PollInterval);

        await looked.Task;
        Assert.Null(live.Current.Keys.FindBySecret(PolicyFolder.Secret, Now));
        await live.StopAsync(default);
    }

    [Theory]
    [InlineData("")]
    [InlineData("changeme")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("0123456789abcdef 123456789abcdef0")]
    [InlineData("0123456789abcdef0123456789abcdé0")]
    [InlineData(PolicyFolder.Key)]
    public void It_does_not_start_with_a_secret_that_is_none(string secret)
    {
        using var files = new PolicyFolder();
        files.Write("secret", secret);

        var wrong = Assert.Throws<ConfigurationException>(() => files.Open());

        Assert.StartsWith("HYBRID_LAUNCHER_POLICY names a policy that can't be used: ", wrong.Message, StringComparison.Ordinal);
        Assert.True(secret.Length == 0 || !wrong.Message.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public void Plain_HTTP_from_elsewhere_is_warned_of()
    {
        using var files = new PolicyFolder($"{PolicyFolder.Usual}allow_plain_http: true\n");
        using var live = files.Open();

        Assert.Contains(files.Logs.All, line => line.Contains("allow_plain_http", StringComparison.Ordinal));
    }

    private static byte[] Signature(byte[] text) => HMACSHA256.HashData(Encoding.ASCII.GetBytes(PolicyFolder.Key), text);
}
