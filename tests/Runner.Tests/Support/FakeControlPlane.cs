using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Runner.Tests.Support;

/// <summary>
/// A control plane on a loopback socket, as small as the protocol lets it be: it hands out what is offered, renews what is
/// held, accepts what is reported, and does otherwise where a test says so.
/// </summary>
internal sealed class FakeControlPlane : IAsyncDisposable
{
    public const string ClusterToken = "open-sesame";

    private readonly WebApplication _app;
    private readonly Lock _turn = new();
    private readonly Queue<TaskAssignment> _offered = [];
    private readonly Dictionary<string, ClaimResponse> _given = [];
    private readonly HashSet<string> _dead = [];
    private readonly AsyncSignal _changed = new();
    private readonly List<LeaseRef> _stops = [];
    private string _newestClaim = "";
    private int _sessions;

    private FakeControlPlane(WebApplication app)
    {
        this._app = app;
        app.MapGet("/version", () => Results.Json(new { version = "1.2.3" }));
        Map<EnrolRequest, EnrolResponse>("enrol", Enrolments, Enrol);
        Map<ClaimRequest, ClaimResponse>("claim", Claims, ClaimAsync);
        Map<HeartbeatRequest, HeartbeatResponse>("heartbeat", Heartbeats, Heartbeat);
        Map<ReleaseRequest, AcknowledgeResponse>("release", Releases, release => Report("release", release.Leases));
        Map<LogUploadRequest, AcknowledgeResponse>("log", Logs, StoreLog);
        Map<ZipRequest, ZipResponse>("zip", ZipCalls, ReadZip);
        Map<FinishRequest, AcknowledgeResponse>("finish", Finishes, finish => Report("finish", finish.Results.Select(r => r.Lease)));
    }

    public Uri Address => new(_app.Urls.Single());

    public ReceivedRequests<EnrolRequest> Enrolments { get; } = new();

    public ReceivedRequests<ClaimRequest> Claims { get; } = new();

    public ReceivedRequests<HeartbeatRequest> Heartbeats { get; } = new();

    public ReceivedRequests<ReleaseRequest> Releases { get; } = new();

    public ReceivedRequests<LogUploadRequest> Logs { get; } = new();

    public ReceivedRequests<ZipRequest> ZipCalls { get; } = new();

    public ReceivedRequests<FinishRequest> Finishes { get; } = new();

    /// <summary>The zip that tasks need, given out in pieces of a hundred bytes.</summary>
    public byte[] Zip { get; set; } = [];

    /// <summary>Actions before a call is handled, by verb: a status other than 0 becomes its answer.</summary>
    public ConcurrentDictionary<string, Func<HttpContext, Task<int>>> Interceptors { get; } = new();

    /// <summary>Statuses other than <c>renewed</c> and <c>accepted</c>, by verb and task.</summary>
    public ConcurrentDictionary<(string Verb, string Task), string> Statuses { get; } = new();

    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Leases that the next enrolment takes over.</summary>
    public IReadOnlyList<LeaseRef> TransferredLeases { get; set; } = [];

    public bool IsDraining { get; set; }

    /// <summary>Which finish requests are answered with 400.</summary>
    public Predicate<FinishRequest> RejectsFinish { get; set; } = _ => false;

    /// <summary>The logs that arrived, by task.</summary>
    public ConcurrentDictionary<string, List<byte>> StoredLogs { get; } = new();

    /// <summary>The connections that each verb came over.</summary>
    public ConcurrentDictionary<string, string> Connections { get; } = new();

    /// <summary>Starts one, over https where it is given a certificate.</summary>
    public static async Task<FakeControlPlane> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(server => server.Listen(IPAddress.Loopback, 0, port =>
        {
            if (certificate is not null)
            {
                port.UseHttps(certificate);
            }
        }));
        var app = builder.Build();
        var plane = new FakeControlPlane(app);
        await app.StartAsync();
        return plane;
    }

    public void Offer(params TaskAssignment[] orders)
    {
        lock (_turn)
        {
            Array.ForEach(orders, _offered.Enqueue);
        }

        _changed.Signal();
    }

    /// <summary>Cancels a task by the answer to the next claim.</summary>
    public void CancelTask(LeaseRef lease)
    {
        lock (_turn)
        {
            _stops.Add(lease);
        }

        _changed.Signal();
    }

    /// <summary>Lets a session's credential die.</summary>
    public void ExpireSession(int session)
    {
        lock (_turn)
        {
            _dead.Add($"credential-{session}");
        }

        _changed.Signal();
    }

    /// <summary>Answers a verb with a status until it is healed.</summary>
    public void Fail(string verb, int status) => Interceptors[verb] = _ => Task.FromResult(status);

    public void Recover(string verb) => Interceptors.TryRemove(verb, out _);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private void Map<TRequest, TResponse>(string verb, ReceivedRequests<TRequest> seen, Func<TRequest, TResponse> answer) =>
        Map(verb, seen, (TRequest request, CancellationToken _) => Task.FromResult(answer(request)));

    private void Map<TRequest, TResponse>(
        string verb, ReceivedRequests<TRequest> seen, Func<TRequest, CancellationToken, Task<TResponse>> answer)
    {
        _app.MapPost($"/runner/v1/{verb}", async (HttpContext context) =>
        {
            Connections[verb] = context.Connection.Id;
            var request = (TRequest)(await context.Request.ReadFromJsonAsync(typeof(TRequest), RunnerJson.Default))!;
            seen.Add(request);
            var status = Interceptors.TryGetValue(verb, out var before) ? await before(context) : 0;
            status = status == 0 && request is FinishRequest finish && RejectsFinish(finish) ? 400 : status;
            status = status == 0 && !IsKnown(verb, context.Request.Headers.Authorization.ToString()) ? 401 : status;
            if (status != 0)
            {
                context.Response.StatusCode = status;
                await context.Response.WriteAsJsonAsync(new { msg = $"a test wants {status}" });
                return;
            }

            var result = await answer(request, context.RequestAborted);
            await context.Response.WriteAsJsonAsync(result, typeof(TResponse), RunnerJson.Default);
        });
    }

    private bool IsKnown(string verb, string authorization)
    {
        lock (_turn)
        {
            var credential = authorization["Bearer ".Length..];
            return verb == "enrol"
                ? credential.Split('.')[0] == ClusterToken
                : credential.StartsWith("credential-", StringComparison.Ordinal) && !_dead.Contains(credential);
        }
    }

    private EnrolResponse Enrol(EnrolRequest request)
    {
        var number = Interlocked.Increment(ref _sessions);
        lock (_turn)
        {
            _newestClaim = "";
        }

        return new EnrolResponse
        {
            SessionId = $"{number:x24}",
            Credential = $"credential-{number}",
            PollSeconds = 30,
            Leases = [.. TransferredLeases],
        };
    }

    // A newer poll takes the place of the one before, and a newer session that of its polls: their end may be heard of later than that.
    private async Task<ClaimResponse> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        lock (_turn)
        {
            _newestClaim = request.ClaimKey;
        }

        while (true)
        {
            var change = _changed.NextSignal;
            lock (_turn)
            {
                if (_given.TryGetValue(request.ClaimKey, out var again))
                {
                    return again;
                }

                if (request.ClaimKey != _newestClaim)
                {
                    return new ClaimResponse { Tasks = [] };
                }

                var stop = _stops.ToArray();
                _stops.Clear();
                var count = Math.Min(request.Wanted, _offered.Count);
                var answer = new ClaimResponse
                {
                    Tasks = [.. Enumerable.Range(0, count).Select(_ => _offered.Dequeue())],
                    Stop = stop,
                    Drain = IsDraining,
                };
                if (answer.Tasks.Length + stop.Length > 0 || IsDraining)
                {
                    _given[request.ClaimKey] = answer;
                    return answer;
                }
            }

            await change.WaitAsync(cancellationToken);
        }
    }

    private HeartbeatResponse Heartbeat(HeartbeatRequest request) => new()
    {
        Leases =
        [
            .. request.Leases.Select(report => new LeaseRenewal
            {
                TaskId = report.Lease.TaskId,
                Status = Statuses.GetValueOrDefault(("heartbeat", report.Lease.TaskId), "renewed"),
                LeaseMilliseconds = (long)Lease.TotalMilliseconds,
            }),
        ],
        Drain = IsDraining,
    };

    private ZipResponse ReadZip(ZipRequest request) =>
        new() { Data = Zip[(int)request.Offset..(int)Math.Min(Zip.Length, request.Offset + 100)] };

    private AcknowledgeResponse StoreLog(LogUploadRequest request)
    {
        lock (_turn)
        {
            foreach (var piece in request.Pieces)
            {
                var log = StoredLogs.GetOrAdd(piece.Lease.TaskId, _ => []);
                Assert.Equal(log.Count, piece.Offset);
                log.AddRange(piece.Data);
            }
        }

        return Report("log", request.Pieces.Select(piece => piece.Lease));
    }

    private AcknowledgeResponse Report(string verb, IEnumerable<LeaseRef> leases) => new()
    {
        Statuses = [.. leases.Select(lease => Statuses.GetValueOrDefault((verb, lease.TaskId), "accepted"))],
    };
}
