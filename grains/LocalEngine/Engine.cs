using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orleans.Hybrid.LocalEngine;

/// <summary>Hosts the grains of one process: gives references, ends what is idle, and ends all at stop.</summary>
internal sealed partial class Engine : IGrainFactory, IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<Type, FrozenDictionary<MethodInfo, GrainMethod>> _methods = new();
    private readonly ConcurrentDictionary<Type, GrainKind> _kindOf = new();
    private readonly ILogger _logger;
    private readonly ITimer _collector;

    public Engine(IServiceProvider services, IEnumerable<Assembly> grains, LocalEngineOptions options)
    {
        (Services, Time) = (services, services.GetRequiredService<TimeProvider>());
        _logger = services.GetRequiredService<ILogger<Engine>>();
        Mischief = options.Harshness is { } harshness ? new Mischief(harshness) : null;
        Kinds = [.. grains.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(Grain)) && !type.IsAbstract)
            .Select(type => new GrainKind(type, this))];
        var pause = options.IdleAge / 8;
        _collector = Time.CreateTimer(
            _ => Activations.ForEach(activation => activation.DeactivateIfIdle(options.IdleAge)), null, pause, pause);
    }

    public IServiceProvider Services { get; }
    public TimeProvider Time { get; }
    public Mischief? Mischief { get; }
    public IReadOnlyList<GrainKind> Kinds { get; }
    public IEnumerable<GrainMethod> Methods => _methods.Values.SelectMany(methods => methods.Values);

    /// <summary>Fires when stopping takes longer than the host allows.</summary>
    public CancellationToken Aborted { get; private set; }

    /// <summary>The request on whose behalf the present code runs.</summary>
    public AsyncLocal<Request?> Current { get; } = new();

    private List<Activation> Activations => [.. Kinds.SelectMany(kind => kind.Activations.Values)];

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey) where TGrainInterface : IGrainWithStringKey
    {
        ArgumentException.ThrowIfNullOrEmpty(primaryKey);
        var kind = _kindOf.GetOrAdd(typeof(TGrainInterface), FindKind);
        return ReferTo<TGrainInterface>(new GrainAddress(kind, primaryKey));
    }

    public TObserver CreateObjectReference<TObserver>(IGrainObserver obj) where TObserver : IGrainObserver =>
        obj is TObserver
            ? ReferTo<TObserver>(new Observer(obj, this))
            : throw new ArgumentException($"It doesn't implement {typeof(TObserver).Name}.", nameof(obj));

    public void DeleteObjectReference<TObserver>(IGrainObserver obj) where TObserver : IGrainObserver =>
        ((obj as Reference)?.Recipient as Observer ?? throw new ArgumentException(
            "Pass what CreateObjectReference gave, not the observer.", nameof(obj))).Close();

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Ends all activations; what their running turns still call is served, if need be by new ones.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Aborted = cancellationToken;
        while (Activations is { Count: > 0 } activations)
        {
            await Task.WhenAll(activations.Select(activation => activation.DeactivateAsync(
                new(DeactivationReasonCode.ShuttingDown, "The process stops.")))).WaitAsync(cancellationToken);
        }
    }

    public void Dispose() => _collector.Dispose();

    /// <summary>Does what nobody waits for.</summary>
    public async Task AttemptAsync(string what, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception)
        {
            Failed(exception, what);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{What} failed, and nobody waits for it.")]
    public partial void Failed(Exception exception, string what);

    private T ReferTo<T>(IRecipient recipient) =>
        (T)Reference.New(typeof(T), _methods.GetOrAdd(typeof(T), GrainMethod.TableOf), recipient);

    private GrainKind FindKind(Type contract)
    {
        var kinds = Kinds.Where(kind => kind.Type.IsAssignableTo(contract)).ToList();
        return kinds.Count == 1 ? kinds[0] : throw new InvalidOperationException(
            $"{contract.Name} must have one class in the assemblies given to AddLocalEngine, but has {kinds.Count}.");
    }
}
