using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Serialization;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Abstractions.Gateway;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;
using OrleansHybrid.Runner.Executors;
using OrleansHybrid.Support;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>
/// A silo with a gateway in the control plane's place. What comes through its sessions' grains it asks of a fake control plane over HTTP.
/// </summary>
internal sealed class GatewaySilo : IAsyncDisposable
{
    private readonly int _gateway = FreePorts.Next();
    private IHost? _host;

    /// <summary>Its grains, as seen from itself.</summary>
    public IGrainFactory Grains => _host!.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Starts it before a fake control plane.</summary>
    public async Task StartAsync(Uri plane)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(plane);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePorts.Next(), _gateway, null, ClusterDefaults.Name, ClusterDefaults.Name);
            silo.Configure<SiloConnectionOptions>(ports => ports.ConfigureGatewayInboundConnection(
                connections => connections.UseMutualTlsAsServer("gateway", TestCertificates.Shared.Silo.Files, CertificateRoles.Runner)));
            silo.Services.AddSerializer(serializer => serializer.AddAssembly(typeof(IRunnerSessionGrain).Assembly));
            silo.Services.PostConfigure<GrainTypeOptions>(types => types.Classes.RemoveWhere(ExecutorHostingExtensions.IsExecutor));
        });
        _host = builder.Build();
        await _host.StartAsync();
    }

    /// <summary>A link to it that is connected.</summary>
    public async Task<GrainControlPlaneClient> ConnectAsync(ExecutorSessions executors)
    {
        var connection = GatewayConnection.Open(Gateways(new GatewayAddress("127.0.0.1", _gateway)), NullLoggerFactory.Instance);
        await connection.Connected;
        return new GrainControlPlaneClient(connection, executors, TimeProvider.System);
    }

    /// <summary>A link to whatever is at a gateway.</summary>
    public static GrainControlPlaneClient Connect(GatewayAddress gateway, ExecutorSessions executors) => new(
        GatewayConnection.Open(Gateways(gateway), NullLoggerFactory.Instance), executors, TimeProvider.System);

    private static RunnerGateways Gateways(GatewayAddress gateway) => new([gateway], TestCertificates.Shared.Runner.Files);

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            _host.Dispose();
        }
    }
}

/// <summary>The commands of a session's grain to its runner, in tests.</summary>
internal interface ITestCancellation : IGrainWithStringKey
{
    Task Cancel(LeaseRef lease);
}

/// <summary>A session's grain that asks a fake control plane over HTTP.</summary>
[Reentrant]
[GrainType("runnersession")]
internal sealed class FakeRunnerSessionGrain(Uri plane) : Grain, IRunnerSessionGrain, ITestCancellation
{
    private static readonly HttpClient Http = new();
    private IRunnerObserver? _runner;

    private static RunnerJson Json => RunnerJson.Default;

    public Task Cancel(LeaseRef lease) => _runner!.Cancel(lease);

    public Task<RunnerReply<EnrolResponse>> Enrol(string clusterToken, EnrolRequest request) =>
        AskAsync("enrol", clusterToken, request, Json.EnrolRequest, Json.EnrolResponse);

    public Task<RunnerReply<ClaimResponse>> Claim(string credential, ClaimRequest request, IRunnerObserver observer, CancellationToken cancellationToken)
    {
        _runner = observer;
        return AskAsync("claim", credential, request, Json.ClaimRequest, Json.ClaimResponse, cancellationToken);
    }

    public Task<RunnerReply<HeartbeatResponse>> Heartbeat(string credential, HeartbeatRequest request) =>
        AskAsync("heartbeat", credential, request, Json.HeartbeatRequest, Json.HeartbeatResponse);

    public Task<RunnerReply<AcknowledgeResponse>> Release(string credential, ReleaseRequest request) =>
        AskAsync("release", credential, request, Json.ReleaseRequest, Json.AcknowledgeResponse);

    public Task<RunnerReply<AcknowledgeResponse>> Log(string credential, LogUploadRequest request) =>
        AskAsync("log", credential, request, Json.LogUploadRequest, Json.AcknowledgeResponse);

    public Task<RunnerReply<ZipResponse>> Zip(string credential, ZipRequest request) =>
        AskAsync("zip", credential, request, Json.ZipRequest, Json.ZipResponse);

    public Task<RunnerReply<AcknowledgeResponse>> Finish(string credential, FinishRequest request) =>
        AskAsync("finish", credential, request, Json.FinishRequest, Json.AcknowledgeResponse);

    private async Task<RunnerReply<TResponse>> AskAsync<TRequest, TResponse>(
        string verb,
        string credential,
        TRequest request,
        JsonTypeInfo<TRequest> sent,
        JsonTypeInfo<TResponse> received,
        CancellationToken cancellationToken = default)
        where TResponse : class
    {
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(request, sent));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(plane, $"/runner/v1/{verb}")) { Content = content };
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        using var answer = await Http.SendAsync(message, cancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        var status = (int)answer.StatusCode;
        return answer.IsSuccessStatusCode
            ? new RunnerReply<TResponse> { Status = status, Value = ReadOrNull(body, received) }
            : new RunnerReply<TResponse>
            {
                Status = status,
                Message = JsonElement.Parse(body).GetProperty("msg").GetString(),
                RetryAfterSeconds = (int?)answer.Headers.RetryAfter?.Delta?.TotalSeconds,
            };
    }

    private static T? ReadOrNull<T>(byte[] body, JsonTypeInfo<T> shape)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(body, shape);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
