using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.LongPolling;
using OrleansHybrid.Silo.Security;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>
/// A real control plane on a free port, with a SQLite file of its own; with <c>HYBRID_TEST_STORE=postgres</c>, with a PostgreSQL database of
/// its own.
/// </summary>
public sealed class TestSilo : IAsyncLifetime, IAsyncDisposable
{
    /// <summary>True when silos have PostgreSQL databases unless told otherwise.</summary>
    internal static readonly bool OnPostgres = Environment.GetEnvironmentVariable("HYBRID_TEST_STORE") == "postgres";

    private readonly string _folder = Directory.CreateTempSubdirectory("hybrid-silo-").FullName;
    private WebApplication? _app;

    /// <summary>Where its data is.</summary>
    internal StoreOptions Store => Get<StoreOptions>();

    /// <summary>Where others reach it that was started to be one of several.</summary>
    internal SiloEndpoint Endpoint => Get<ClusteringOptions>().Silo!;

    /// <summary>Whether runners that enrol here call grains, in place of HTTP.</summary>
    internal bool RunnersCallGrains { get; set; }

    internal CapturedLogs Logs { get; } = new();

    internal WebApplication App => _app ?? throw new InvalidOperationException("not started");

    internal Uri Address { get; private set; } = null!;

    /// <summary>Starts one that differs from the usual in settings or parts.</summary>
    internal static async Task<TestSilo> StartAsync(
        Action<WebApplicationBuilder>? configure = null, params IEnumerable<(string Variable, string Value)> settings)
    {
        var silo = new TestSilo();
        try
        {
            await silo.LaunchAsync(configure, settings);
            return silo;
        }
        catch
        {
            await silo.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one on PostgreSQL, on free ports, that others can join.</summary>
    internal static Task<TestSilo> StartAsync(
        string database,
        string keyFile,
        SiloEndpoint? address = null,
        string? certificates = null,
        Action<WebApplicationBuilder>? configure = null) => StartAsync(
        configure,
        ("HYBRID_POSTGRES", database),
        ("HYBRID_SERVER_KEY_FILE", keyFile),
        ("HYBRID_SILO", $"{address ?? FreeAddress()}"),
        ("HYBRID_CERTIFICATES", certificates ?? TestCertificates.Shared.Silo.Folder));

    public Task InitializeAsync() => LaunchAsync(null, []);

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            // A silo that never came up can't be stopped.
            if (Address is not null)
            {
                await _app.StopAsync();
            }

            await _app.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    internal T Get<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>A new user with a token and one project, called as that user.</summary>
    internal async Task<Tenant> NewTenantAsync(string? email = null)
    {
        var (projects, ids, time) = (Get<IProjectStore>(), Get<IdGenerator>(), Get<TimeProvider>());
        var id = ids.New();
        var user = new User(id, $"somebody {id}", time.GetUtcNow(), Email: email);
        await projects.AddUserAsync(user, default);
        var token = TokenHasher.NewToken();
        var kept = new UserToken(ids.New(), user.Id, TokenHasher.Hash(token), "", time.GetUtcNow());
        await projects.AddTokenAsync(kept, default);
        var project = new Project { Id = ids.New(), UserId = user.Id, Name = "jobs", CreatedAt = time.GetUtcNow() };
        await projects.AddProjectAsync(project, default);
        var grains = RunnersCallGrains ? Get<IGrainFactory>() : null;
        return new Tenant(new ApiClient(Address, token, grains: grains), user.Id, project.Id);
    }

    /// <summary>Waits until this silo holds so many polls open.</summary>
    internal async Task WaitForPendingPollsAsync(int polls)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (Get<LongPollDispatcher>().PendingCount != polls)
        {
            await look.WaitForNextTickAsync();
        }
    }

    /// <summary>Sends bytes as they are, and reads until the server ends the connection.</summary>
    internal Task<string> SendRawAsync(string request) => RawConnection.ExchangeAsync(Address, request);

    private static SiloEndpoint FreeAddress()
    {
        var ports = FreePorts.Take(2);
        return new SiloEndpoint("127.0.0.1", ports[0], ports[1]);
    }

    private async Task LaunchAsync(
        Action<WebApplicationBuilder>? configure, IEnumerable<(string Variable, string Value)> settings)
    {
        var all = new Dictionary<string, string>
        {
            ["HYBRID_DATA"] = _folder,
            ["HYBRID_URLS"] = "http://127.0.0.1:0",
            ["HYBRID_LEAVE_SECONDS"] = "0",
        };
        foreach (var (variable, value) in settings)
        {
            all[variable] = value;
        }

        // Who brings a folder wants to find the database in it.
        if (OnPostgres && all["HYBRID_DATA"] == _folder && !all.ContainsKey("HYBRID_POSTGRES"))
        {
            all["HYBRID_POSTGRES"] = await (await PostgresServer.Shared).CreateDatabaseAsync("silo");
        }

        _app = ControlPlane.Build(SiloConfiguration.CreateFrom(all), configure: builder =>
        {
            builder.Logging.ClearProviders().AddProvider(Logs).SetMinimumLevel(LogLevel.Trace);
            configure?.Invoke(builder);
        });
        await _app.StartAsync();
        Address = new Uri(Get<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }
}
