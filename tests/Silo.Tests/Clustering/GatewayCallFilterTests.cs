using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Concurrency;
using OrleansHybrid.Abstractions.Apps;
using OrleansHybrid.Client;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.GrainClient;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Clustering;

/// <summary>V2: what may be called through a gateway by who has a good certificate and breaks every other rule.</summary>
public sealed class GatewayCallFilterTests : IAsyncLifetime
{
    private const string NotOpen = "This call is not open to clients of a gateway";

    private readonly string _key = Path.GetTempFileName();
    private TestSilo? _silo;

    private TestSilo Silo => _silo ?? throw new InvalidOperationException("not started");

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(_key, Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));
        // Only silos with a policy host a launcher.
        _silo = PostgresServer.MissingReason is null
            ? await TestSilo.StartAsync(await (await PostgresServer.Shared).CreateDatabaseAsync("stamps"), _key, configure: builder => builder.Services.AddSingleton(Stub.Of<ILauncherPolicy>().Object))
            : null;
    }

    public async Task DisposeAsync()
    {
        if (_silo is not null)
        {
            await _silo.DisposeAsync();
        }

        File.Delete(_key);
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task V2_of_the_control_planes_own_interfaces_none_is_open()
    {
        await using var client = await ConnectAsync();
        RequestContext.Set("hybrid.stamp", new string('0', 64));
        var refused = new List<Type>();
        foreach (var method in OwnInterfaces().SelectMany(each => each.GetMethods()).Where(each => each.GetCustomAttribute<OneWayAttribute>() is null))
        {
            if (await CallAsync(client, method))
            {
                refused.Add(method.DeclaringType!);
            }
        }

        Assert.Empty(new[] { typeof(IClusterDispatchGrain), typeof(IRunnerGrain), typeof(ITaskControlGrain), typeof(INimbixLauncherControlGrain) }.Except(refused));
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task V2_neither_are_the_grains_by_which_Orleans_is_managed()
    {
        await using var client = await ConnectAsync();

        var told = await Assert.ThrowsAsync<UnauthorizedAccessException>(() => client.Grains.GetGrain<IManagementGrain>(0).GetHosts());

        Assert.Equal(NotOpen, told.Message);
        Assert.NotEmpty(await Silo.Get<IGrainFactory>().GetGrain<IManagementGrain>(0).GetHosts());
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task V2_a_call_that_names_a_grain_inside_as_its_sender_is_rejected_all_the_same()
    {
        var tenant = await Silo.NewTenantAsync();
        var runner = await tenant.EnrolAsync(await tenant.NewClusterAsync());
        await tenant.UploadAsync();
        await using var client = await ConnectAsync();
        client.ForgeSender(GrainId.Create("cluster", "0123456789abcdef01234567"));

        // Its answer goes to the grain that it names.
        var call = client.Grains.GetGrain<IRunnerGrain>(runner.Enrolled.SessionId).End();
        await Silo.Logs.WaitForAsync($"Rejected a gateway client's call: {typeof(IRunnerGrain).FullName}.End");

        Assert.False(call.IsCompletedSuccessfully);
        Assert.Equal(await tenant.QueueAsync(), (await runner.ClaimOneAsync()).Lease.TaskId);
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task V2_nobody_outside_delivers_work_to_the_polls_of_a_silo()
    {
        var edge = new FakePollObserver();
        var reference = Silo.Get<IGrainFactory>().CreateObjectReference<IPollObserver>(edge);
        await using var client = await ConnectAsync();
        client.ForgeSender(GrainId.Create("cluster", "0123456789abcdef01234567"));

        await client.Grains.GetGrain<IPollObserver>(reference.GetGrainId()).Deliver([]);
        await Silo.Logs.WaitForAsync($"Rejected a gateway client's call: {typeof(IPollObserver).FullName}.Deliver");
        await reference.Deliver([]);
        await edge.Delivered.Task;

        Assert.Equal(1, edge.Count);
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task V2_no_client_takes_the_name_of_a_silos_own()
    {
        using var certificate = TestCertificates.Shared.App.Load();
        var gateway = Silo.Endpoint.GatewayPort;
        var own = Silo.Get<IGrainFactory>().CreateObjectReference<IPollObserver>(new FakePollObserver()).GetGrainId().Key.ToString()!.Split('+')[0];
        Assert.StartsWith("hosted-", own, StringComparison.Ordinal);

        Assert.Null(await UntrustedGatewayClient.TryConnectAsync(gateway, certificate, own));
        await using var other = await UntrustedGatewayClient.TryConnectAsync(gateway, certificate, "billing");
        Assert.NotNull(other);
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task V2_an_app_sees_what_its_token_may_see()
    {
        var mine = await (await Silo.NewTenantAsync()).ReadyAsync();
        var others = await (await Silo.NewTenantAsync()).ReadyAsync();

        Assert.Equal(24, (await QueueAsync(mine.ProjectId, mine.Api.Token)).Length);
        await ShouldBeAsync(401, "Invalid token", () => QueueAsync(mine.ProjectId, "a wrong token"));
        await ShouldBeAsync(404, "Project not found", () => QueueAsync(others.ProjectId, mine.Api.Token));
        await ShouldBeAsync(404, "Project not found", () => QueueAsync("0123456789abcdef01234567", mine.Api.Token));
    }

    [PostgresFact(Timeout = 120_000)]
    public async Task V2_without_a_token_the_answer_is_that_of_HTTP()
    {
        var tenant = await (await Silo.NewTenantAsync()).ReadyAsync();
        await using var client = await ConnectAsync();
        var project = client.Grains.GetGrain<IProjectGrain>(tenant.ProjectId);
        var task = client.Grains.GetGrain<ITaskGrain>("x");
        var log = new List<AppResult<TaskLogChunk>>();
        await foreach (var chunk in task.ReadLog("", tenant.ProjectId, 0, follow: true))
        {
            log.Add(chunk);
        }

        AppRejection?[] rejections =
        [
            (await project.Enqueue(null!, [])).Rejection, (await project.FindCode("", "x")).Rejection, (await project.FindCluster("", null)).Rejection,
            (await task.Find("", tenant.ProjectId)).Rejection, await task.Cancel("", tenant.ProjectId), Assert.Single(log).Rejection,
            (await client.Grains.GetGrain<IClusterGrain>("x").Read("")).Rejection,
        ];
        Assert.All(rejections, rejection => Assert.Equal(401, rejection?.Status));
    }

    /// <summary>True when it was refused; false when this silo has no such grain.</summary>
    private static async Task<bool> CallAsync(UntrustedGatewayClient client, MethodInfo method)
    {
        // A grain wakes before its caller is looked at, and the launcher's looks at its key.
        var key = method.DeclaringType == typeof(INimbixLauncherControlGrain) ? "launcher/account" : "0123456789abcdef01234567";
        object grain;
        try
        {
            grain = client.Grains.GetGrain(method.DeclaringType!, key);
        }
        catch (ArgumentException)
        {
            return false;
        }

        var arguments = method.GetParameters().Select(each => each.ParameterType.IsValueType ? Activator.CreateInstance(each.ParameterType) : null);
        var told = await Assert.ThrowsAsync<UnauthorizedAccessException>(() => (Task)method.Invoke(grain, [.. arguments])!);
        Assert.Equal(NotOpen, told.Message);
        return true;
    }

    private static IEnumerable<Type> OwnInterfaces() => new[] { typeof(IClusterDispatchGrain), typeof(INimbixLauncherControlGrain) }
        .SelectMany(type => type.Assembly.GetExportedTypes())
        .Where(type => type.IsInterface && typeof(IGrainWithStringKey).IsAssignableFrom(type));

    private static async Task ShouldBeAsync(int status, string message, Func<Task> call)
    {
        var told = await Assert.ThrowsAsync<HybridException>(call);
        Assert.Equal((status, message), ((int)told.Status!, told.ServerMessage));
    }

    private async Task<UntrustedGatewayClient> ConnectAsync()
    {
        using var certificate = TestCertificates.Shared.App.Load();
        return (await UntrustedGatewayClient.TryConnectAsync(Silo.Endpoint.GatewayPort, certificate))!;
    }

    private async Task<string> QueueAsync(string project, string token)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        var certificate = TestCertificates.Shared.App;
        builder.Services.AddLogging().AddHybridGrainClient(new HybridGrainClientOptions
        {
            Gateways = [$"127.0.0.1:{Silo.Endpoint.GatewayPort}"],
            ProjectId = project,
            Token = token,
            CertificateFile = certificate.Certificate,
            KeyFile = certificate.Key,
            CaFile = certificate.Authority,
        });
        using var app = builder.Build();
        await app.StartAsync();
        try
        {
            return await app.Services.GetRequiredService<IHybridTasks>().EnqueueAsync(new NewTask { CodeName = "hello" });
        }
        finally
        {
            await app.StopAsync();
        }
    }

    private sealed class FakePollObserver : IPollObserver
    {
        public TaskCompletionSource Delivered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Count { get; private set; }

        public Task Deliver(Delivery[] deliveries)
        {
            Count++;
            Delivered.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
