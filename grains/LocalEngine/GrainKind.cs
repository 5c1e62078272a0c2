using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orleans.Hybrid.LocalEngine;

/// <summary>A grain class and its activations.</summary>
internal sealed class GrainKind
{
    private readonly ObjectFactory _construct;
    private readonly List<Func<string, StateSlot>> _slots;

    public GrainKind(Type type, Engine engine)
    {
        (Type, Engine, IsReentrant) = (type, engine, type.IsDefined(typeof(ReentrantAttribute)));
        var states = type.GetConstructors().SelectMany(constructor => constructor.GetParameters())
            .Where(parameter => parameter.IsDefined(typeof(PersistentStateAttribute)))
            .ToList();
        _construct = ActivatorUtilities.CreateFactory(type, [.. states.Select(parameter => parameter.ParameterType)]);
        _slots = [.. states.Select(parameter => StateSlot.For(parameter, engine))];
    }

    public Type Type { get; }
    public Engine Engine { get; }
    public bool IsReentrant { get; }
    public ConcurrentDictionary<string, Activation> Activations { get; } = new();

    /// <summary>A new grain, its states read.</summary>
    public async Task<Grain> NewGrainAsync(string key)
    {
        StateSlot[] states = [.. _slots.Select(slot => slot(key))];
        var grain = (Grain)_construct(Engine.Services, states);
        foreach (var state in states)
        {
            await state.ReadStateAsync();
        }

        return grain;
    }

    /// <summary>Gives the request to the activation with this key, or to the next one if that has just ended.</summary>
    public void Send(string key, Request request)
    {
        while (!Activations.GetOrAdd(key, static (key, kind) => new(kind, key), this).TryAccept(request)) { }
    }
}
