using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Launcher.Reconciliation;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Stores.GrainState;

namespace OrleansHybrid.Silo.Tests.Launcher;

/// <summary>
/// A silo whose launchers have a clock that tests set, and whose writes tests may cut short before or after they are done.
/// </summary>
public sealed class LauncherSiloFixture : IAsyncLifetime
{
    private readonly LauncherSiloFixture? _beside;

    public LauncherSiloFixture()
    {
    }

    /// <summary>
    /// On the database of another one, and with its clock: where that has an activation of a grain, this has a second one.
    /// </summary>
    internal LauncherSiloFixture(LauncherSiloFixture beside) => _beside = beside;

    internal DateTimeOffset Now { get; set; } = new(2026, 3, 30, 12, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Hears of each step that changes something, before and after it is done; what it throws ends the call there.
    /// </summary>
    internal Action<string> OnStep { get; set; } = _ => { };

    /// <summary>Whether the audit's table can't be written.</summary>
    internal bool AuditUnavailable { get; set; }

    internal TestSilo Silo { get; private set; } = null!;

    internal ILaunchStore Store => Silo.Get<ILaunchStore>();

    /// <summary>The policy that callers are held to, and that jobs are built from.</summary>
    internal FakeLauncherPolicy Policy { get; private set; } = new();

    internal INimbixLauncherControlGrain Launcher(string account) => Silo.Get<IGrainFactory>().GetLauncher(account);

    /// <summary>The same launcher as callers reach it who come through grains.</summary>
    internal INimbixLauncherGrain SignedLauncher(string account) =>
        Silo.Get<IGrainFactory>().GetGrain<INimbixLauncherGrain>(LauncherSignature.KeyOf(account));

    /// <summary>The executor of a silo that has just started; grains are those of this silo unless given.</summary>
    internal LaunchReconcileLoop NewReconcileLoop(string account, ILaunchProvider provider, IGrainFactory? grains = null, ILogger<ProviderCommandExecutor>? log = null)
    {
        var self = new LauncherAccount(account, () => "key 1", () => Policy.Now.Profile.Caps.ForeignJobs);
        var watched = CallInterceptor<ILaunchProvider>.Create(provider, call => ReportStep($"before {call}"), call => OnStep($"after {call}"));
        var builder = new ProviderJobBuilder(() => Policy.Now, new AuditProjection(account, Store));
        var errands = new ProviderCommandExecutor(
            watched, builder, NewConsoleCollector(), self, TimeProvider.System, log ?? NullLogger<ProviderCommandExecutor>.Instance);
        return new LaunchReconcileLoop(self, errands, grains ?? Silo.Get<IGrainFactory>(), TimeProvider.System);
    }

    /// <summary>Has the policy that every test begins with.</summary>
    internal void ResetPolicy() => Policy = new FakeLauncherPolicy();

    internal ConsoleCollector NewConsoleCollector() => new(Silo.Get<ILaunchConsoleStore>(), TimeProvider.System);

    /// <summary>An account that nobody has used.</summary>
    internal string NewAccount() => $"account-{Silo.Get<IdGenerator>().New()}";

    public async Task InitializeAsync() => Silo = await TestSilo.StartAsync(configure: builder =>
    {
        builder.Services.AddSingleton<ILauncherPolicy>(new DelegatingLauncherPolicy(() => Policy));
        if (_beside is not null)
        {
            builder.Services.AddSingleton(_beside.Store).AddSingleton(_beside.Silo.Get<IGrainStateStore>());
            return;
        }

        builder.Services.Decorate<IGrainStateStore>(real => CallInterceptor<IGrainStateStore>.Create(real, BeforeWrite, AfterWrite));
        builder.Services.Decorate<ILaunchStore>(real => CallInterceptor<ILaunchStore>.Create(
            real,
            call => call == nameof(ILaunchStore.NowAsync) ? Task.FromResult(Now)
                : AuditUnavailable && call == nameof(ILaunchStore.AppendAuditAsync)
                    ? Task.FromException<long>(new StoreUnavailableException("the audit is away", new TimeoutException()))
                    : BeforeWrite(call),
            AfterWrite));
    });

    public async Task DisposeAsync() => await Silo.DisposeAsync();

    private static bool Writes(string call) =>
        call is nameof(IGrainStateStore.WriteAsync) or nameof(ILaunchStore.AppendAuditAsync) or nameof(ILaunchStore.AddAsync);

    private object? BeforeWrite(string call) => Writes(call) ? ReportStep($"before {call}") : null;

    private void AfterWrite(string call)
    {
        if (Writes(call))
        {
            OnStep($"after {call}");
        }
    }

    private object? ReportStep(string step)
    {
        OnStep(step);
        return null;
    }
}

/// <summary>The policy that a test has now.</summary>
internal sealed class DelegatingLauncherPolicy(Func<ILauncherPolicy> now) : ILauncherPolicy
{
    public LaunchRules Rules => now().Rules;

    public string? FindSigner(CallSignature signature, byte[] text, DateTimeOffset at) => now().FindSigner(signature, text, at);

    public TimeSpan? GetRetryAfter(string credentialId) => now().GetRetryAfter(credentialId);

    public void RecordRejectedCall(CallerAddress origin, string? credentialId, string reason) => now().RecordRejectedCall(origin, credentialId, reason);
}
