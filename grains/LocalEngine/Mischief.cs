using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Orleans.Hybrid.LocalEngine;

/// <summary>Carries out what <see cref="Harshness"/> asks for.</summary>
internal sealed class Mischief(Harshness harshness)
{
    private readonly Random _random = new(harshness.Seed);

    public bool EndsActivation() => Chance() < harshness.DeactivationChance;

    /// <summary>Brings any of the items to the front.</summary>
    public void Shuffle<T>(Queue<T> queue)
    {
        for (var steps = harshness.ShuffleTurns ? (int)(Chance() * queue.Count) : 0; steps > 0; steps--)
        {
            queue.Enqueue(queue.Dequeue());
        }
    }

    /// <summary>The value as another process would get it; references stay what they are.</summary>
    public object? Copy(object? value, Type declared)
    {
        // Lists are declared as interfaces, and made of types that can't be read back as themselves.
        var type = declared.IsInterface ? declared : value?.GetType() ?? declared;
        return harshness.CopyMessages && value is not (null or CancellationToken or DispatchProxy)
            ? JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, type), type)
            : value;
    }

    [MethodImpl(MethodImplOptions.Synchronized)]
    private double Chance() => _random.NextDouble();
}
