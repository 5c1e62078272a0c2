using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Silo.Nimbix.Policy;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Nimbix.Policy;

/// <summary>Policy and secrets change while the silo runs; what is bad changes nothing.</summary>
public sealed class PolicyReloading
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_good_policy_takes_the_place_of_the_one_before()
    {
        using var files = new Files();
        using var live = files.Open();

        files.Write("policy.yaml", Files.Usual.Replace("40", "50", StringComparison.Ordinal));
        live.Look();

        Assert.Equal(TimeSpan.FromMinutes(50), live.Current.Policy.Terms.Limit);
    }

    [Fact]
    public void What_the_silo_is_built_on_waits_for_the_next_start_and_is_named_once()
    {
        const string jarvice = "jarvice: {base_url: https://a.example, username: u, key_file: f, get_calls: jobs";
        using var files = new Files($"{Files.Usual}{jarvice}}}\n");
        using var live = files.Open();
        var before = live.Current.Policy;

        files.Write("policy.yaml", $"{Files.Usual}{jarvice}, vault: v}}\naccount: other\nnodes: 2\n".Replace("127.0.0.1:0", "127.0.0.1:1", StringComparison.Ordinal));
        live.Look();
        live.Look();
        files.Write("policy.yaml", $"{Files.Usual}{jarvice}}}\nnodes: 3\n");
        live.Look();

        var after = live.Current.Policy;
        Assert.Equal((before.Account, before.Jarvice, before.Door.Listen, 3), (after.Account, after.Jarvice, after.Door.Listen, after.Terms.Nodes));
        Assert.Contains(
            "changes account, jarvice, listen:",
            Assert.Single(files.Logs.All, line => line.Contains("waits for the next start", StringComparison.Ordinal)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_one_changes_nothing_and_is_told_once_without_its_values()
    {
        using var files = new Files();
        using var live = files.Open();
        var before = live.Current;

        files.Write("policy.yaml", $"{Files.Usual}shared_secret: changeme\n");
        live.Look();
        live.Look();

        Assert.Same(before, live.Current);
        var line = Assert.Single(files.Logs.All, line => line.Contains("stays as it was", StringComparison.Ordinal));
        Assert.Contains("shared_secret must not stand in the policy", line, StringComparison.Ordinal);
        Assert.DoesNotContain(files.Logs.All, line => line.Contains("changeme", StringComparison.Ordinal));
    }

    [Fact]
    public void A_new_secret_counts_and_the_old_one_no_more_though_the_policy_is_the_same()
    {
        const string next = "fedcba9876543210fedcba9876543210";
        using var files = new Files();
        using var live = files.Open();

        files.Write("secret", next);
        live.Look();

        Assert.Null(live.Current.Keys.WhoSent(Files.Secret, Now));
        Assert.Equal("shared", live.Current.Keys.WhoSent(next, Now)!.Id);
    }

    [Fact]
    public void A_secret_that_is_lost_or_open_to_others_changes_nothing()
    {
        using var files = new Files();
        using var live = files.Open();

        File.Delete(Path.Combine(files.Folder, "secret"));
        live.Look();
        Assert.Equal("shared", live.Current.Keys.WhoSent(Files.Secret, Now)!.Id);

        files.Write("secret", "fedcba9876543210fedcba9876543210");
        File.SetUnixFileMode(Path.Combine(files.Folder, "secret"), UnixFileMode.UserRead | UnixFileMode.OtherRead);
        live.Look();
        Assert.Equal("shared", live.Current.Keys.WhoSent(Files.Secret, Now)!.Id);
    }

    [Fact]
    public void What_was_replaced_is_overwritten_when_no_call_can_use_it_any_more()
    {
        var time = new ManualTime();
        using var files = new Files();
        using var live = files.Open(time);
        var before = live.Current;

        files.Write("secret", "fedcba9876543210fedcba9876543210");
        live.Look();
        live.Look();
        Assert.Equal("ci", before.Keys.WhoSigned("ci", [1], Signature([1]), Now)!.Id);

        time.Advance(LivePolicy.Period);
        live.Look();
        Assert.Throws<ObjectDisposedException>(() => before.Keys.WhoSigned("ci", [1], new byte[32], Now));
    }

    [Fact(Timeout = 60_000)]
    public async Task Nobody_has_to_tell_it_to_look()
    {
        var time = new ManualTime();
        using var files = new Files();
        using var live = files.Open(time);
        await live.StartAsync(default);
        await time.Armed(LivePolicy.Period);
        var taken = new TaskCompletionSource();
        live.Looked += () =>
        {
            if (live.Current.Policy.Terms.Nodes == 2)
            {
                taken.TrySetResult();
            }
        };

        // The clock stands still: it is the folder that tells.
        files.Write("policy.yaml", $"{Files.Usual}nodes: 2\n");

        await taken.Task;
        await live.StopAsync(default);
    }

    [Fact(Timeout = 60_000)]
    public async Task It_looks_every_few_seconds_where_nobody_tells()
    {
        var time = new ManualTime();
        using var elsewhere = new Files();
        using var files = new Files(Files.Usual.Replace("SECRETS/secret", $"{elsewhere.Folder}/secret", StringComparison.Ordinal));
        using var live = files.Open(time);
        await live.StartAsync(default);
        await time.Armed(LivePolicy.Period);
        var looked = new TaskCompletionSource();
        live.Looked += looked.SetResult;

        elsewhere.Write("secret", "fedcba9876543210fedcba9876543210");
        time.Advance(LivePolicy.Period);

        await looked.Task;
        Assert.Null(live.Current.Keys.WhoSent(Files.Secret, Now));
        await live.StopAsync(default);
    }

    [Theory]
    [InlineData("")]
    [InlineData("changeme")]
    [InlineData("0123456789abcdef0123456789abcde")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("0123456789abcdef 123456789abcdef0")]
    [InlineData("0123456789abcdef0123456789abcdé0")]
    [InlineData(Files.Key)]
    public void It_does_not_start_with_a_secret_that_is_none(string secret)
    {
        using var files = new Files();
        files.Write("secret", secret);

        var wrong = Assert.Throws<BadSettingException>(() => files.Open());

        Assert.StartsWith("HYBRID_LAUNCHER_POLICY names a policy that can't be used: ", wrong.Message, StringComparison.Ordinal);
        Assert.True(secret.Length == 0 || !wrong.Message.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public void Plain_HTTP_from_elsewhere_is_warned_of()
    {
        using var files = new Files($"{Files.Usual}allow_plain_http: true\n");
        using var live = files.Open();

        Assert.Contains(files.Logs.All, line => line.Contains("allow_plain_http", StringComparison.Ordinal));
    }

    private static byte[] Signature(byte[] text) => HMACSHA256.HashData(Encoding.ASCII.GetBytes(Files.Key), text);
}
