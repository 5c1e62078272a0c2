using Microsoft.Extensions.DependencyInjection;
using Orleans.Hybrid.Domain.Launching;
using Orleans.Hybrid.Domain.Steps;
using Orleans.Hybrid.Grains.Launching;
using Orleans.Hybrid.Silo.Nimbix.Errands;
using Orleans.Hybrid.Silo.Security;
using Orleans.Hybrid.Silo.Tests.Support;
using Orleans.Hybrid.Stores.GrainStates;

namespace Orleans.Hybrid.Silo.Tests.Launches;

/// <summary>
/// A silo whose launchers have a clock that tests set, and whose writes tests may cut short before or after they are done.
/// </summary>
public sealed class LaunchSilo : IAsyncLifetime
{
    private readonly LaunchSilo? _beside;

    public LaunchSilo()
    {
    }

    /// <summary>
    /// On the database of another one, and with its clock: where that has an activation of a grain, this has a second one.
    /// </summary>
    internal LaunchSilo(LaunchSilo beside) => _beside = beside;

    internal DateTimeOffset Now { get; set; } = new(2026, 3, 30, 12, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Hears of each step that changes something, before and after it is done; what it throws ends the call there.
    /// </summary>
    internal Action<string> Step { get; set; } = _ => { };

    /// <summary>Whether the audit's table can't be written.</summary>
    internal bool AuditIsAway { get; set; }

    internal TestSilo Silo { get; private set; } = null!;

    internal ILaunchStore Store => Silo.Get<ILaunchStore>();

    internal INimbixLauncherGrain Launcher(string account) => Silo.Get<IGrainFactory>().GetLauncher(account);

    /// <summary>What a silo that has just started has to carry launches out with.</summary>
    internal LaunchRounds NewRounds(string account, ILaunchProvider provider, bool foreignJobsCount = false)
    {
        var (self, consoles) = (new LauncherAccount(account, () => "key 1", () => foreignJobsCount), NewConsoles());
        var watched = Between<ILaunchProvider>.Of(provider, call => Note($"before {call}"), call => Step($"after {call}"));
        return new LaunchRounds(
            self, new LaunchErrands(watched, consoles, self, TimeProvider.System), Silo.Get<IGrainFactory>(), TimeProvider.System);
    }

    internal LaunchConsoles NewConsoles() => new(Silo.Get<ILaunchTexts>(), TimeProvider.System);

    /// <summary>An account that nobody has used.</summary>
    internal string NewAccount() => $"account-{Silo.Get<Ids>().New()}";

    public async Task InitializeAsync() => Silo = await TestSilo.StartAsync(configure: builder =>
    {
        if (_beside is not null)
        {
            builder.Services.AddSingleton(_beside.Store).AddSingleton(_beside.Silo.Get<IGrainStateStore>());
            return;
        }

        builder.Services.Decorate<IGrainStateStore>(real => Between<IGrainStateStore>.Of(real, BeforeWrite, AfterWrite));
        builder.Services.Decorate<ILaunchStore>(real => Between<ILaunchStore>.Of(
            real,
            call => call == nameof(ILaunchStore.NowAsync) ? Task.FromResult(Now)
                : AuditIsAway && call == nameof(ILaunchStore.AppendAuditAsync)
                    ? Task.FromException<long>(new StoreUnavailableException("the audit is away", new TimeoutException()))
                    : BeforeWrite(call),
            AfterWrite));
    });

    public async Task DisposeAsync() => await Silo.DisposeAsync();

    private static bool Writes(string call) =>
        call is nameof(IGrainStateStore.WriteAsync) or nameof(ILaunchStore.AppendAuditAsync) or nameof(ILaunchStore.AddAsync);

    private object? BeforeWrite(string call) => Writes(call) ? Note($"before {call}") : null;

    private void AfterWrite(string call)
    {
        if (Writes(call))
        {
            Step($"after {call}");
        }
    }

    private object? Note(string step)
    {
        Step(step);
        return null;
    }
}
