using System.Text;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Fakes;
using OrleansHybrid.Silo.Nimbix.Keys;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Nimbix.Keys;

public sealed class ChangingKeys
{
    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead;

    private static readonly TimeSpan Look = new KeySource().LookEvery;

    [Fact(Timeout = 60_000)]
    public async Task A_key_is_changed_under_load_without_a_failed_call()
    {
        await using var under = await ProviderUnderTest.StartAsync();
        using var end = new CancellationTokenSource();
        var load = Enumerable.Range(0, 8).Select(_ => CallUntilAsync(under, end.Token)).ToList();
        for (var change = 0; change < 5; change++)
        {
            var (old, key) = (under.Account.Keys[^1], ProviderUnderTest.NewKey());
            under.Account.Accept(old, key);
            under.File.Write(key);
            await InUseAsync(under, key);
            under.Account.Accept(key);
        }

        await end.CancelAsync();

        Assert.True((await Task.WhenAll(load)).Sum() > 0);
        Assert.DoesNotContain(under.Log.All, line => line.Contains("refuses", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_key_before_is_overwritten_when_the_last_call_with_it_has_ended()
    {
        await using var under = await ProviderUnderTest.StartAsync();
        var (started, go, key) = (new TaskCompletionSource<Credentials>(), new TaskCompletionSource(), ProviderUnderTest.NewKey());
        var call = under.Vault.UseAsync(
            ProviderCall.Status,
            async lent =>
            {
                started.SetResult(lent);
                await go.Task;
                return lent.Key.IsGone;
            },
            default);
        var old = await started.Task;
        under.Account.Accept(under.Key, key);
        under.File.Write(key);
        await InUseAsync(under, key);

        Assert.False(old.Key.IsGone);
        Assert.Equal("***", under.Scrubber.Scrub(under.Key));
        go.SetResult();
        Assert.False(await call);
        Assert.True(old.Key.IsGone);
        Assert.Equal("***", under.Scrubber.Scrub(key));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("", false)]
    [InlineData("short", false)]
    [InlineData("a key that nobody knows", false)]
    [InlineData(null, true)]
    public async Task A_bad_new_file_keeps_the_key_that_is_there(string? content, bool isOpen)
    {
        await using var under = await ProviderUnderTest.StartAsync();
        var before = under.Vault.Generation;
        var alert = under.Log.Seen("not taken");

        under.File.Write(content ?? ProviderUnderTest.NewKey(), isOpen ? Open : UnixFileMode.UserRead);
        await alert;

        Assert.Equal(before, under.Vault.Generation);
        Assert.NotEmpty(await under.Provider.MachinesAsync(default));
        Assert.DoesNotContain(under.Log.All, line => line.Contains(content is { Length: > 0 } ? content : under.Key, StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_that_can_not_be_tried_now_is_tried_again_at_the_next_look()
    {
        var looks = new ManualTime();
        await using var under = await ProviderUnderTest.StartAsync(looks: looks);
        var key = ProviderUnderTest.NewKey();
        under.Account.Accept(under.Key, key);
        under.Fake.Faults.Plan("machines", Fault.Busy);
        var alert = under.Log.Seen("Busy");
        under.File.Write(key);
        await alert;

        await looks.Armed(Look);
        looks.Advance(Look);

        await InUseAsync(under, key);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_that_is_refused_is_read_again_once_and_then_no_call_is_made_until_it_changes()
    {
        await using var under = await ProviderUnderTest.StartAsync();
        var key = ProviderUnderTest.NewKey();
        under.Account.Accept(key);

        var refusals = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RefusedAsync(under)));
        var calls = under.Fake.Ledger.All.Count;

        Assert.All(refusals, refusal => Assert.Equal(ProviderTrouble.Unauthorized, refusal.Trouble));
        Assert.True(under.Vault.IsRefused);
        Assert.Equal(ProviderTrouble.Unauthorized, (await RefusedAsync(under)).Trouble);
        Assert.Equal(calls, under.Fake.Ledger.All.Count);
        Assert.Single(under.Log.All, line => line.StartsWith("Critical", StringComparison.Ordinal));

        under.File.Write(key);
        await InUseAsync(under, key);
        Assert.NotEmpty(await under.Provider.MachinesAsync(default));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_that_is_refused_goes_out_again_with_the_key_that_lies_there_by_now()
    {
        await using var under = await ProviderUnderTest.StartAsync();
        var (answer, key) = (new TaskCompletionSource(), ProviderUnderTest.NewKey());
        under.Fake.Faults.Plan("batch", Fault.Delayed(answer.Task));
        var submission = under.Provider.SubmitAsync(ProviderUnderTest.Job, default);
        await under.Fake.Ledger.InFlight(1);

        under.Account.Accept(key);
        under.File.Write(key);
        answer.SetResult();

        Assert.Equal(1000, await submission);
        Assert.Equal(PrintOf(key), under.Vault.Generation);
        Assert.Single(under.Fake.Jobs.All);
    }

    [Fact(Timeout = 60_000)]
    public async Task The_same_key_counts_again_when_its_file_was_touched_and_the_provider_takes_it()
    {
        await using var under = await ProviderUnderTest.StartAsync();
        under.Account.Accept("another key");
        await RefusedAsync(under);
        Assert.True(under.Vault.IsRefused);

        under.Account.Accept(under.Key);
        var taken = under.Log.Seen("in use");
        under.File.Write(under.Key);
        await taken;

        Assert.False(under.Vault.IsRefused);
        Assert.NotEmpty(await under.Provider.MachinesAsync(default));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_mounted_secret_is_swapped_by_its_link_and_seen_by_looking_or_by_being_told(bool isTold)
    {
        var looks = new ManualTime();
        await using var under = await ProviderUnderTest.StartAsync(looks: looks);
        var key = ProviderUnderTest.NewKey();
        under.Account.Accept(under.Key, key);
        using var mount = new Mount(under.Key, isTold);
        await using var vault = under.Another(new KeySource { File = mount.Key }, looks);
        await vault.StartAsync(default);
        await looks.Armed(Look, times: 2);

        var taken = under.Log.Seen("in use");
        mount.Swap(key);
        if (!isTold)
        {
            looks.Advance(Look);
        }

        await taken;
        Assert.Equal(PrintOf(key), vault.Generation);
    }

    [Fact(Timeout = 60_000)]
    public async Task Silos_with_a_mount_each_come_to_the_same_key_whether_told_looking_or_refused()
    {
        await using var under = await ProviderUnderTest.StartAsync();
        var (key, looks) = (ProviderUnderTest.NewKey(), new ManualTime());
        using Mount mountOfTold = new(under.Key, isTold: true), mountOfLooking = new(under.Key, isTold: false), mountOfRefused = new(under.Key, isTold: false);
        await using var told = under.Another(new KeySource { File = mountOfTold.Key }, new ManualTime());
        await using var looking = under.Another(new KeySource { File = mountOfLooking.Key }, looks);
        await using var refused = under.Another(new KeySource { File = mountOfRefused.Key }, new ManualTime());
        foreach (var vault in new[] { told, looking, refused })
        {
            await vault.StartAsync(default);
        }

        await looks.Armed(Look);
        Assert.Single(new[] { told.Generation, looking.Generation, refused.Generation }.Distinct());
        under.Account.Accept(under.Key, key);
        var taken = under.Log.Seen("in use");
        mountOfTold.Swap(key);
        await taken;
        mountOfLooking.Swap(key);
        looks.Advance(Look);
        await looks.Armed(Look);
        mountOfRefused.Swap(key);
        under.Account.Accept(key);

        Assert.NotEmpty(await under.Through(refused).MachinesAsync(default));
        Assert.All([told, looking, refused], vault => Assert.Equal((PrintOf(key), false), (vault.Generation, vault.IsRefused)));
    }

    [Fact(Timeout = 60_000)]
    public async Task Texts_are_searched_for_a_key_for_a_while_after_it_was_replaced()
    {
        var looks = new ManualTime();
        await using var under = await ProviderUnderTest.StartAsync(looks: looks);
        var next = ProviderUnderTest.NewKey();
        under.Account.Accept(under.Key, next);
        under.File.Write(next);
        await InUseAsync(under, next);
        await looks.Armed(KeyGeneration.Remembered);

        Assert.Equal("*** ***", under.Scrubber.Scrub($"{under.Key} {next}"));

        // Whoever armed the clock may come to its wait only now: the test's timeout is the bound.
        looks.Advance(KeyGeneration.Remembered);
        while (under.Scrubber.Scrub(under.Key) != under.Key)
        {
            await Task.Yield();
        }

        Assert.Equal($"{under.Key} ***", under.Scrubber.Scrub($"{under.Key} {next}"));
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_file_the_key_comes_from_the_environment_with_a_warning_or_the_start_is_refused()
    {
        await using var under = await ProviderUnderTest.StartAsync();
        const string name = "HYBRID_TEST_API_KEY";
        await using var none = under.Another(new KeySource { Variable = name }, TimeProvider.System);
        await Assert.ThrowsAsync<SecretRefusedException>(() => none.StartAsync(default));
        Assert.Equal(ProviderTrouble.NoKey, (await Assert.ThrowsAsync<ProviderException>(
            () => none.UseAsync(ProviderCall.Jobs, _ => Task.FromResult(1), default))).Trouble);

        Environment.SetEnvironmentVariable(name, under.Key);
        await using var vault = under.Another(new KeySource { Variable = name }, TimeProvider.System);
        await vault.StartAsync(default);

        Assert.Equal(under.Vault.Generation, vault.Generation);
        Assert.Null(Environment.GetEnvironmentVariable(name));
        Assert.Contains(under.Log.All, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(name, StringComparison.Ordinal));
        Assert.DoesNotContain(under.Log.All, line => line.Contains(under.Key, StringComparison.Ordinal));
    }

    [Fact]
    public void A_fingerprint_is_the_same_everywhere_and_nothing_of_the_key()
    {
        Assert.Equal(PrintOf("open sesame"), PrintOf("open sesame"));
        Assert.NotEqual(PrintOf("open sesame"), PrintOf("open sesamf"));
        Assert.Equal("9453c4816204ff66", PrintOf("open sesame"));
    }

    private static async Task<int> CallUntilAsync(ProviderUnderTest under, CancellationToken cancellationToken)
    {
        var calls = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            Assert.NotEmpty(await under.Provider.MachinesAsync(default));
            calls++;
        }

        return calls;
    }

    private static async Task InUseAsync(ProviderUnderTest under, string key) => await under.Log.Seen($"{PrintOf(key)} is in use");

    private static Task<ProviderException> RefusedAsync(ProviderUnderTest under) =>
        Assert.ThrowsAsync<ProviderException>(() => under.Provider.MachinesAsync(default));

    private static string PrintOf(string key)
    {
        using var secret = new SecretBytes(Encoding.UTF8.GetBytes(key));
        return KeyGeneration.FingerprintOf(secret);
    }
}
