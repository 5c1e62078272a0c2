using System.Reflection;
using System.Text;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;

namespace OrleansHybrid.Silo.Tests.Launcher;

/// <summary>
/// V2: who has a reference to the launcher's grain, and nothing else, gets no more than a caller of <c>POST /run</c>: each call is signed,
/// once, and names a commit and values.
/// </summary>
public sealed class SignedLaunchTests : IClassFixture<LauncherSiloFixture>
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes(FakeLauncherPolicy.Secret);

    private readonly LauncherSiloFixture _silo;
    private readonly string _account;
    private readonly INimbixLauncherGrain _launcher;

    public SignedLaunchTests(LauncherSiloFixture silo)
    {
        silo.ResetPolicy();
        (_silo, _account) = (silo, silo.NewAccount());
        _launcher = silo.SignedLauncher(_account);
    }

    [Theory]
    [InlineData(typeof(INimbixLauncherGrain))]
    [InlineData(typeof(INimbixLauncherControlGrain))]
    public void Nothing_that_a_launcher_is_told_or_hands_out_has_a_script_an_image_a_machine_a_cap_or_a_price(Type launcher)
    {
        Type[] forbidden = [typeof(LaunchProfile), typeof(LaunchQuota), typeof(LaunchBudget), typeof(LaunchRequest), typeof(ProviderJob), typeof(LaunchRules)];
        string[] words = ["Script", "Image", "Machine", "Nodes", "Caps", "Price", "Budget", "Terms", "Limit"];
        var seen = new HashSet<Type>();
        foreach (var method in launcher.GetMethods())
        {
            Reach(method.ReturnType, seen);
            Array.ForEach(method.GetParameters(), parameter => Reach(parameter.ParameterType, seen));
        }

        Assert.Contains(launcher == typeof(INimbixLauncherGrain) ? typeof(SignedLaunch) : typeof(LaunchInputs), seen);
        Assert.Empty(seen.Intersect(forbidden));
        Assert.DoesNotContain(
            seen.SelectMany(type => type.GetProperties()),
            property => words.Any(word => property.Name.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_signed_call_launches_once_finds_and_cancels()
    {
        var call = Signed("abc");
        var (first, again) = (await _launcher.Launch(call), await _launcher.Launch(call));
        var same = await _launcher.Launch(Signed("abc"));

        Assert.Equal(("accepted", null, "refused"), (first.Launch?.State, first.Error, again.Error));
        Assert.Equal((first.Launch!.Id, true), (same.Launch?.Id, same.IsDuplicate));
        Assert.Equal("abc", (await _launcher.Find(Id(first).SignedToFind(_account, "ci", Secret, _silo.Now))).Launch?.CommitHash);
        Assert.Equal("cancelled", (await _launcher.Cancel(Id(first).SignedToCancel(_account, "ci", Secret, _silo.Now))).Launch?.Verdict);
        Assert.Equal("grain client", (await _silo.Store.ReadAuditAsync(_account, 0, 1, default))[0].Address);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_that_is_unsigned_wrongly_signed_stale_or_signed_for_something_else_is_rejected_and_nothing_is_launched()
    {
        var signed = Signed("abc");
        SignedLaunch[] calls =
        [
            new() { CommitHash = "abc" },
            new SignedLaunch { CommitHash = "abc" }.SignedBy(_account, "ci", "another secret"u8, _silo.Now),
            new SignedLaunch { CommitHash = "abc" }.SignedBy(_account, "nobody", Secret, _silo.Now),
            new SignedLaunch { CommitHash = "abc" }.SignedBy("another-account", "ci", Secret, _silo.Now),
            new SignedLaunch { CommitHash = "abc" }.SignedBy(_account, "ci", Secret, _silo.Now.AddSeconds(-301)),
            new SignedLaunch { CommitHash = "abc" }.SignedBy(_account, "ci", Secret, _silo.Now.AddSeconds(301)),
            signed with { CommitHash = "abd" },
            signed with { Force = true },
            signed with { IdempotencyKey = "k" },
            signed with { Parameters = new() { ["python"] = "3" } },
            signed with { Signature = signed.Signature! with { Nonce = new string('0', 32) } },
            signed with { Signature = signed.Signature! with { Time = signed.Signature.Time + 1 } },
            signed with { Signature = signed.Signature! with { KeyId = "other" } },
            signed with { Signature = signed.Signature! with { Value = "" } },
        ];

        foreach (var call in calls)
        {
            Assert.Equal(new LauncherResult { Error = "refused" }, await _launcher.Launch(call));
        }

        Assert.Empty((await _silo.Launcher(_account).Summarize()).Live);
        Assert.Equal(calls.Length, _silo.Policy.Rejections.Count);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_launch_of_another_credential_is_neither_found_nor_cancelled_nor_is_one_with_the_signature_of_another_call()
    {
        var launch = (await _silo.Launcher(_account).Launch(TestLaunchRequests.For(1))).Launch!;
        var id = new SignedLaunchId { LaunchId = launch.Id };

        Assert.Equal("not_found", (await _launcher.Find(id.SignedToFind(_account, "other", Secret, _silo.Now))).Error);
        Assert.Equal("not_found", (await _launcher.Cancel(id.SignedToCancel(_account, "other", Secret, _silo.Now))).Error);
        Assert.Equal("refused", (await _launcher.Cancel(id.SignedToFind(_account, "ci", Secret, _silo.Now))).Error);
        Assert.Equal("refused", (await _launcher.Find(id)).Error);
        Assert.Equal(LaunchPhase.Intended, (await _silo.Launcher(_account).Find(launch.Id))!.Phase);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_replayed_query_is_rejected()
    {
        var launch = await _launcher.Launch(Signed("abc"));
        var call = Id(launch).SignedToFind(_account, "ci", Secret, _silo.Now);

        Assert.Equal((null, "refused"), ((await _launcher.Find(call)).Error, (await _launcher.Find(call)).Error));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("ABC", null, "h")]
    [InlineData("", null, "h")]
    [InlineData("abc", "$(reboot)", "python")]
    [InlineData("abc", "3'", "python")]
    public async Task A_value_that_the_policy_does_not_allow_is_named_and_its_call_used_up(string hash, string? python, string field)
    {
        var call = new SignedLaunch { CommitHash = hash, Parameters = python is null ? [] : new() { ["python"] = python } }
            .SignedBy(_account, "ci", Secret, _silo.Now);

        var (first, again) = (await _launcher.Launch(call), await _launcher.Launch(call));

        Assert.Equal(("invalid_field", field, "refused"), (first.Error, first.Field, again.Error));
        Assert.Empty((await _silo.Launcher(_account).Summarize()).Live);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_call_authenticated_at_the_edge_is_checked_against_the_policy_again()
    {
        var launcher = _silo.Launcher(_account);

        Assert.Equal(LaunchOutcome.CredentialUnknown, (await launcher.Launch(TestLaunchRequests.For(1) with { CredentialId = "nobody" })).Outcome);
        Assert.Equal("force", (await launcher.Launch(TestLaunchRequests.For(1) with { Force = true })).Problem?.Field);
        Assert.Equal("another", (await launcher.Launch(TestLaunchRequests.For(1) with { Parameters = new() { ["PATH"] = "x" } })).Problem?.Field);
        Assert.Empty((await launcher.Summarize()).Live);
    }

    private static SignedLaunchId Id(LauncherResult result) => new() { LaunchId = result.Launch!.Id };

    private SignedLaunch Signed(string hash) => new SignedLaunch { CommitHash = hash }.SignedBy(_account, "ci", Secret, _silo.Now);

    private static void Reach(Type type, HashSet<Type> seen)
    {
        foreach (var part in type.GetGenericArguments())
        {
            Reach(part, seen);
        }

        if (type.Namespace?.StartsWith("OrleansHybrid", StringComparison.Ordinal) == true && !type.IsEnum && seen.Add(type))
        {
            Array.ForEach(type.GetProperties(BindingFlags.Public | BindingFlags.Instance), property => Reach(property.PropertyType, seen));
        }
    }
}
