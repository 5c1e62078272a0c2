using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Orleans.Hybrid.LocalEngine;

/// <summary>A grain class and its activations.</summary>
internal sealed class GrainKind(Type type, Engine engine)
{
    private readonly ObjectFactory _construct = ActivatorUtilities.CreateFactory(type, Type.EmptyTypes);

    public Type Type => type;
    public Engine Engine => engine;
    public bool IsReentrant { get; } = type.IsDefined(typeof(ReentrantAttribute));
    public ConcurrentDictionary<string, Activation> Activations { get; } = new();

    public Grain NewGrain() => (Grain)_construct(engine.Services, null);

    /// <summary>Gives the request to the activation with this key, or to the next one if that has just ended.</summary>
    public void Send(string key, Request request)
    {
        while (!Activations.GetOrAdd(key, static (key, kind) => new(kind, key), this).TryAccept(request)) { }
    }
}
