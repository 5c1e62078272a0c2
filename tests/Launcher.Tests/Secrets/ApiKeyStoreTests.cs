using System.Text;
using OrleansHybrid.Fakes;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Secrets;
using OrleansHybrid.Launcher.Tests.Jarvice;
using OrleansHybrid.Support;

namespace OrleansHybrid.Launcher.Tests.Secrets;

public sealed class ApiKeyStoreTests
{
    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead;

    private static readonly TimeSpan PollInterval = new KeySource().PollInterval;

    [Fact(Timeout = 60_000)]
    public async Task A_key_is_changed_under_load_without_a_failed_call()
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        using var end = new CancellationTokenSource();
        var load = Enumerable.Range(0, 8).Select(_ => CallUntilAsync(under, end.Token)).ToList();
        for (var change = 0; change < 5; change++)
        {
            var (old, key) = (under.Account.Keys[^1], JarviceProviderFixture.NewKey());
            under.Account.SetKeys(old, key);
            under.File.Write(key);
            await InUseAsync(under, key);
            under.Account.SetKeys(key);
        }

        await end.CancelAsync();

        Assert.True((await Task.WhenAll(load)).Sum() > 0);
        Assert.DoesNotContain(under.Log.All, line => line.Contains("refuses", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_key_before_is_overwritten_when_the_last_call_with_it_has_ended()
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        var (started, go, key) = (new TaskCompletionSource<ApiCredentials>(), new TaskCompletionSource(), JarviceProviderFixture.NewKey());
        var call = under.KeyStore.UseAsync(
            ProviderCall.Status,
            async lent =>
            {
                started.SetResult(lent);
                await go.Task;
                return lent.Key.IsDisposed;
            },
            default);
        var old = await started.Task;
        under.Account.SetKeys(under.Key, key);
        under.File.Write(key);
        await InUseAsync(under, key);

        Assert.False(old.Key.IsDisposed);
        Assert.Equal("***", under.Redactor.Redact(under.Key));
        go.SetResult();
        Assert.False(await call);
        Assert.True(old.Key.IsDisposed);
        Assert.Equal("***", under.Redactor.Redact(key));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("", false)]
    [InlineData("short", false)]
    [InlineData("a key that nobody knows", false)]
    [InlineData(null, true)]
    public async Task A_bad_new_file_keeps_the_key_that_is_there(string? content, bool isOpen)
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        var before = under.KeyStore.KeyVersion;
        var alert = under.Log.WaitForAsync("keeping the previous one");

        under.File.Write(content ?? JarviceProviderFixture.NewKey(), isOpen ? Open : UnixFileMode.UserRead);
        await alert;

        Assert.Equal(before, under.KeyStore.KeyVersion);
        Assert.NotEmpty(await under.Provider.MachinesAsync(default));
        Assert.DoesNotContain(under.Log.All, line => line.Contains(content is { Length: > 0 } ? content : under.Key, StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_that_can_not_be_tried_now_is_tried_again_at_the_next_poll()
    {
        var looks = new ManualTimeProvider();
        await using var under = await JarviceProviderFixture.StartAsync(pollClock: looks);
        var key = JarviceProviderFixture.NewKey();
        under.Account.SetKeys(under.Key, key);
        under.Fake.Faults.Plan("machines", Fault.Busy);
        var alert = under.Log.WaitForAsync("Busy");
        under.File.Write(key);
        await alert;

        await looks.WaitForTimerAsync(PollInterval);
        looks.Advance(PollInterval);

        await InUseAsync(under, key);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_that_is_rejected_is_read_again_once_and_then_no_call_is_made_until_it_changes()
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        var key = JarviceProviderFixture.NewKey();
        under.Account.SetKeys(key);

        var refusals = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RefusedAsync(under)));
        var calls = under.Fake.RequestLog.All.Count;

        Assert.All(refusals, refusal => Assert.Equal(ProviderErrorKind.Unauthorized, refusal.Kind));
        Assert.True(under.KeyStore.IsRejected);
        Assert.Equal(ProviderErrorKind.Unauthorized, (await RefusedAsync(under)).Kind);
        Assert.Equal(calls, under.Fake.RequestLog.All.Count);
        Assert.Single(under.Log.All, line => line.StartsWith("Critical", StringComparison.Ordinal));

        under.File.Write(key);
        await InUseAsync(under, key);
        Assert.NotEmpty(await under.Provider.MachinesAsync(default));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_that_is_rejected_goes_out_again_with_the_key_that_lies_there_by_now()
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        var (answer, key) = (new TaskCompletionSource(), JarviceProviderFixture.NewKey());
        under.Fake.Faults.Plan("batch", Fault.Delayed(answer.Task));
        var submission = under.Provider.SubmitAsync(JarviceProviderFixture.Job, default);
        await under.Fake.RequestLog.WaitForInFlightAsync(1);

        under.Account.SetKeys(key);
        under.File.Write(key);
        answer.SetResult();

        Assert.Equal(1000, await submission);
        Assert.Equal(FingerprintOf(key), under.KeyStore.KeyVersion);
        Assert.Single(under.Fake.Jobs.All);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_key_counts_again_when_its_file_was_touched_and_the_provider_takes_it()
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        under.Account.SetKeys("another key");
        await RefusedAsync(under);
        Assert.True(under.KeyStore.IsRejected);

        under.Account.SetKeys(under.Key);
        var taken = under.Log.WaitForAsync("in use");
        under.File.Write(under.Key);
        await taken;

        Assert.False(under.KeyStore.IsRejected);
        Assert.NotEmpty(await under.Provider.MachinesAsync(default));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mounted_secret_is_swapped_by_its_link_and_seen_by_looking_or_by_being_told(bool isTold)
    {
        var looks = new ManualTimeProvider();
        await using var under = await JarviceProviderFixture.StartAsync(pollClock: looks);
        var key = JarviceProviderFixture.NewKey();
        under.Account.SetKeys(under.Key, key);
        using var mount = new MountedSecretFolder(under.Key, isTold);
        await using var vault = under.NewKeyStore(new KeySource { File = mount.Key }, looks);
        await vault.StartAsync(default);
        await looks.WaitForTimerAsync(PollInterval, times: 2);

        var taken = under.Log.WaitForAsync("in use");
        mount.Swap(key);
        if (!isTold)
        {
            looks.Advance(PollInterval);
        }

        await taken;
        Assert.Equal(FingerprintOf(key), vault.KeyVersion);
    }

    [Fact(Timeout = 60_000)]
    public async Task Silos_with_a_mount_each_come_to_the_same_key_whether_told_looking_or_rejected()
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        var (key, looks) = (JarviceProviderFixture.NewKey(), new ManualTimeProvider());
        using MountedSecretFolder mountOfTold = new(under.Key, isTold: true), mountOfLooking = new(under.Key, isTold: false), mountOfRefused = new(under.Key, isTold: false);
        await using var told = under.NewKeyStore(new KeySource { File = mountOfTold.Key }, new ManualTimeProvider());
        await using var looking = under.NewKeyStore(new KeySource { File = mountOfLooking.Key }, looks);
        await using var refused = under.NewKeyStore(new KeySource { File = mountOfRefused.Key }, new ManualTimeProvider());
        foreach (var vault in new[] { told, looking, refused })
        {
            await vault.StartAsync(default);
        }

        await looks.WaitForTimerAsync(PollInterval);
        Assert.Single(new[] { told.KeyVersion, looking.KeyVersion, refused.KeyVersion }.Distinct());
        under.Account.SetKeys(under.Key, key);
        var taken = under.Log.WaitForAsync("in use");
        mountOfTold.Swap(key);
        await taken;
        mountOfLooking.Swap(key);
        looks.Advance(PollInterval);
        await looks.WaitForTimerAsync(PollInterval);
        mountOfRefused.Swap(key);
        under.Account.SetKeys(key);

        Assert.NotEmpty(await under.NewProvider(refused).MachinesAsync(default));
        Assert.All([told, looking, refused], vault => Assert.Equal((FingerprintOf(key), false), (vault.KeyVersion, vault.IsRejected)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Texts_are_searched_for_a_key_for_a_while_after_it_was_replaced()
    {
        var looks = new ManualTimeProvider();
        await using var under = await JarviceProviderFixture.StartAsync(pollClock: looks);
        var next = JarviceProviderFixture.NewKey();
        under.Account.SetKeys(under.Key, next);
        under.File.Write(next);
        await InUseAsync(under, next);
        await looks.WaitForTimerAsync(ApiKeyVersion.RedactionPeriod);

        Assert.Equal("*** ***", under.Redactor.Redact($"{under.Key} {next}"));

        // Whoever armed the clock may come to its wait only now: the test's timeout is the bound.
        looks.Advance(ApiKeyVersion.RedactionPeriod);
        while (under.Redactor.Redact(under.Key) != under.Key)
        {
            await Task.Yield();
        }

        Assert.Equal($"{under.Key} ***", under.Redactor.Redact($"{under.Key} {next}"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_file_the_key_comes_from_the_environment_with_a_warning_or_the_start_is_rejected()
    {
        await using var under = await JarviceProviderFixture.StartAsync();
        const string name = "HYBRID_TEST_API_KEY";
        await using var none = under.NewKeyStore(new KeySource { Variable = name }, TimeProvider.System);
        await Assert.ThrowsAsync<UnusableSecretException>(() => none.StartAsync(default));
        Assert.Equal(ProviderErrorKind.NoKey, (await Assert.ThrowsAsync<ProviderException>(
            () => none.UseAsync(ProviderCall.Jobs, _ => Task.FromResult(1), default))).Kind);

        Environment.SetEnvironmentVariable(name, under.Key);
        await using var vault = under.NewKeyStore(new KeySource { Variable = name }, TimeProvider.System);
        await vault.StartAsync(default);

        Assert.Equal(under.KeyStore.KeyVersion, vault.KeyVersion);
        Assert.Null(Environment.GetEnvironmentVariable(name));
        Assert.Contains(under.Log.All, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal));
        Assert.DoesNotContain(under.Log.All, line => line.Contains(under.Key, StringComparison.Ordinal));
    }

    [Fact]
    public void A_fingerprint_is_the_same_everywhere_and_nothing_of_the_key()
    {
        Assert.Equal(FingerprintOf("open sesame"), FingerprintOf("open sesame"));
        Assert.NotEqual(FingerprintOf("open sesame"), FingerprintOf("open sesamf"));
        Assert.Equal("9453c4816204ff66", FingerprintOf("open sesame"));
    }

    private static async Task<int> CallUntilAsync(JarviceProviderFixture under, CancellationToken cancellationToken)
    {
        var calls = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            Assert.NotEmpty(await under.Provider.MachinesAsync(default));
            calls++;
        }

        return calls;
    }

    private static async Task InUseAsync(JarviceProviderFixture under, string key) => await under.Log.WaitForAsync($"{FingerprintOf(key)} is in use");

    private static Task<ProviderException> RefusedAsync(JarviceProviderFixture under) =>
        Assert.ThrowsAsync<ProviderException>(() => under.Provider.MachinesAsync(default));

    private static string FingerprintOf(string key)
    {
        using var secret = new SecretBytes(Encoding.UTF8.GetBytes(key));
        return ApiKeyVersion.FingerprintOf(secret);
    }
}
