using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Abstractions.Apps;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Clustering;

/// <summary>
/// Keeps calls that come through a gateway to what is made for apps and runners. The sender that a call names is never proof, so silos of the
/// control plane stamp what they send, with what only they can derive, and demand it. docs/decisions/0013 has the whole of it.
/// </summary>
internal sealed partial class GatewayCallFilter : IIncomingGrainCallFilter, IOutgoingGrainCallFilter
{
    private const string Key = "hybrid.stamp";
    private const string NotOpenMessage = "This call is not open to clients of a gateway";

    // What Orleans asks by itself of grains that an app may call: following an enumeration, giving up a call.
    private static readonly FrozenSet<string> ExtensionsForClients = new[]
    {
        "Orleans.Runtime.IAsyncEnumerableGrainExtension", "Orleans.Runtime.ICancellationSourcesExtension", "Orleans.Runtime.IGrainCallCancellationExtension",
    }.ToFrozenSet(StringComparer.Ordinal);

    // Without the first a client never learns which grains there are. The second is how a grain's timer calls that grain itself, which no
    // outgoing filter sees: at worst a client makes a timer tick early.
    private static readonly FrozenSet<string> OrleansInterfacesForClients = new[]
    {
        "Orleans.Runtime.IClusterManifestSystemTarget", "Orleans.Runtime.IGrainTimerInvoker",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(10);

    private readonly string _siloStamp;
    private readonly byte[] _clientStampKey;
    private readonly TimeProvider _time;
    private readonly ILogger<GatewayCallFilter> _log;
    private readonly ConcurrentDictionary<string, long> _lastLogged = new();

    public GatewayCallFilter(ServerKey server, TimeProvider time, ILogger<GatewayCallFilter> log)
    {
        (_time, _log) = (time, log);
        using var inside = server.Subkey("orleans inside");
        using var forClients = server.Subkey("orleans to clients");
        _siloStamp = Convert.ToHexString(inside.Fingerprint);
        _clientStampKey = forClients.Fingerprint;
    }

    /// <summary>
    /// The interfaces that clients of gateways may call: each of these asks for a credential in every call.
    /// </summary>
    private static FrozenSet<Type> InterfacesForClients { get; } = new[]
    {
        typeof(IProjectGrain),
        typeof(ITaskGrain),
        typeof(IClusterGrain),
        typeof(IRunnerSessionGrain),
        typeof(INimbixLauncherGrain),
    }.ToFrozenSet();

    /// <summary>The grains behind them.</summary>
    private static FrozenSet<GrainType> GrainsForClients { get; } = new[]
    {
        GrainType.Create("project"),
        GrainType.Create("apptask"),
        GrainType.Create("appcluster"),
        GrainType.Create("runnersession"),
        GrainType.Create("nimbixlauncher"),
    }.ToFrozenSet();

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        // A client is shown only what concerns calls to itself.
        RequestContext.Set(Key, context.TargetId.IsClient() ? StampFor(context.TargetId) : _siloStamp);
        await context.Invoke();
    }

    public Task Invoke(IIncomingGrainCallContext context)
    {
        var target = context.TargetId;
        var demanded = target.IsClient() ? StampFor(target) : _siloStamp;
        return IsSame(RequestContext.Get(Key) as string, demanded) || IsForClients(context)
            ? context.Invoke()
            : Task.FromException(Reject(context));
    }

    private static bool IsForClients(IIncomingGrainCallContext context)
    {
        var called = context.Request.GetInterfaceType();
        return InterfacesForClients.Contains(called)
            || OrleansInterfacesForClients.Contains(called.FullName ?? "")
            || (GrainsForClients.Contains(context.TargetId.Type) && ExtensionsForClients.Contains(called.FullName ?? ""));
    }

    private static bool IsSame(string? shown, string demanded) => shown is not null && CryptographicOperations.FixedTimeEquals(
        MemoryMarshal.AsBytes(shown.AsSpan()), MemoryMarshal.AsBytes(demanded.AsSpan()));

    private string StampFor(GrainId client) => Convert.ToHexString(HMACSHA256.HashData(_clientStampKey, Encoding.UTF8.GetBytes(client.ToString())));

    private UnauthorizedAccessException Reject(IIncomingGrainCallContext context)
    {
        // Their number is that of interfaces there are.
        var called = context.Request.GetInterfaceType().FullName ?? "";
        var now = _time.GetTimestamp();
        if (_lastLogged.TryAdd(called, now)
            || (_lastLogged.TryGetValue(called, out var before) && _time.GetElapsedTime(before, now) > LogInterval && _lastLogged.TryUpdate(called, now, before)))
        {
            CallRejected(called, context.Request.GetMethodName());
        }

        return new UnauthorizedAccessException(NotOpenMessage);
    }

    [LoggerMessage(1, LogLevel.Warning, "Rejected a gateway client's call: {Interface}.{Method} is not available to clients")]
    private partial void CallRejected(string @interface, string method);
}
