using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Domain.Projects;
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

    internal ControlPlaneOptions Options { get; private set; } = null!;

    /// <summary>Whether runners that enrol here call grains, in place of HTTP.</summary>
    internal bool RunnersCallGrains { get; set; }

    internal CapturedLogs Logs { get; } = new();

    internal WebApplication App => _app ?? throw new InvalidOperationException("not started");

    internal Uri Address { get; private set; } = null!;

    /// <summary>Starts one that differs from the usual.</summary>
    internal static async Task<TestSilo> StartAsync(
        Func<ControlPlaneOptions, ControlPlaneOptions>? options = null, Action<WebApplicationBuilder>? configure = null)
    {
        var silo = new TestSilo();
        try
        {
            await silo.LaunchAsync(options ?? (usual => usual), configure);
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
        usual => usual with
        {
            Database = database,
            ServerKeyFile = keyFile,
            Silo = address ?? FreeAddress(),
            Certificates = certificates ?? TestCertificates.Shared.Silo.Folder,
        },
        configure);

    public Task InitializeAsync() => LaunchAsync(usual => usual, null);

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
        Func<ControlPlaneOptions, ControlPlaneOptions> options, Action<WebApplicationBuilder>? configure)
    {
        Options = options(new ControlPlaneOptions { DataDirectory = _folder, Urls = ["http://127.0.0.1:0"] });
        // Who brings a folder wants to find the database in it.
        if (OnPostgres && Options.Database is null && Options.DataDirectory == _folder)
        {
            var database = await (await PostgresServer.Shared).CreateDatabaseAsync("silo");
            Options = Options with { Database = database };
        }

        _app = ControlPlane.Build(Options, builder =>
        {
            builder.Logging.ClearProviders().AddProvider(Logs).SetMinimumLevel(LogLevel.Trace);
            configure?.Invoke(builder);
        });
        await _app.StartAsync();
        Address = new Uri(Get<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }
}
