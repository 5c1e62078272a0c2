using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Launcher;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Launcher;

/// <summary>A control plane with a launcher, whose account each test chooses anew.</summary>
public sealed class LauncherAdminFixture : IAsyncLifetime, ILauncherStatusProvider, ILauncherPolicy
{
    internal LauncherStatusSnapshot Now { get; set; } = StandingOf("nobody");

    LauncherStatusSnapshot ILauncherStatusProvider.Current => Now;

    LaunchRules ILauncherPolicy.Rules => new()
    {
        Version = Now.PolicyVersion,
        Parameters = new Dictionary<string, LaunchParameter>(),
        Credentials = new[] { "ci", "other", "somebody" }.ToDictionary(id => id, _ => new LaunchCredential(null, null, MayForce: false)),
        Terms = Now.Profile,
    };

    internal TestSilo Silo { get; private set; } = null!;

    internal ILaunchStore Store => Silo.Get<ILaunchStore>();

    internal INimbixLauncherControlGrain Launcher => Silo.Get<IGrainFactory>().GetLauncher(Now.Account);

    public async Task InitializeAsync() => Silo = await TestSilo.StartAsync(
        configure: builder => builder.Services.AddSingleton<ILauncherStatusProvider>(this).AddSingleton<ILauncherPolicy>(this));

    public async Task DisposeAsync() => await Silo.DisposeAsync();

    string? ILauncherPolicy.FindSigner(CallSignature signature, byte[] text, DateTimeOffset now) => null;

    TimeSpan? ILauncherPolicy.GetRetryAfter(string credentialId) => null;

    void ILauncherPolicy.RecordRejectedCall(CallerAddress origin, string? credentialId, string reason)
    {
        // No test here is refused.
    }

    /// <summary>An operator, before an account that nobody has used.</summary>
    internal async Task<Tenant> NewOperatorAsync()
    {
        Now = StandingOf($"account-{Silo.Get<IdGenerator>().New()}");
        var tenant = await Silo.NewTenantAsync();
        Assert.True(await Silo.Get<IProjectStore>().SetOperatorAsync(tenant.UserId, true, default));
        return tenant;
    }

    /// <summary>A launch of a commit.</summary>
    internal async Task<LaunchSnapshot> LaunchAsync(int commit, string credential = "ci")
    {
        var answer = await Launcher.Launch(new AuthenticatedLaunch
        {
            CredentialId = credential,
            CommitHash = $"{commit:x6}",
            Origin = new CallerAddress("192.0.2.1", "192.0.2.1"),
        });
        Assert.Equal(LaunchOutcome.Accepted, answer.Outcome);
        return answer.Launch!;
    }

    /// <summary>Changes the database as somebody does who has got hold of it, and of the right to drop what guards the audit.</summary>
    internal async Task TamperAsync(string sql)
    {
        if (Silo.Store.Database is { } database)
        {
            await using var postgres = new NpgsqlConnection(database);
            await postgres.OpenAsync();
            await using var command = new NpgsqlCommand($"ALTER TABLE launch_audit DISABLE TRIGGER ALL; {sql}", postgres);
            await command.ExecuteNonQueryAsync();
            return;
        }

        await using var sqlite = new SqliteConnection($"Data Source={Silo.Store.SqliteFile}");
        await sqlite.OpenAsync();
        await using var change = sqlite.CreateCommand();
        change.CommandText = "DROP TRIGGER IF EXISTS launch_audit_is_not_changed; "
            + $"DROP TRIGGER IF EXISTS launch_audit_is_not_shortened; {sql}";
        await change.ExecuteNonQueryAsync();
    }

    private static LauncherStatusSnapshot StandingOf(string account) => new(
        account,
        new string('a', 64),
        new LaunchProfile
        {
            Image = "t1",
            MachineType = "ngd3",
            Limit = TimeSpan.FromMinutes(40),
            LongestQueue = TimeSpan.FromHours(1),
            PricePerHour = 1.5m,
            Caps = new LaunchQuota(Account: 50, Credential: 40),
            Budget = new LaunchBudget(Day: 100, Month: 1000.5m),
        },
        KeyGeneration: "k1",
        KeyRefused: true);
}
