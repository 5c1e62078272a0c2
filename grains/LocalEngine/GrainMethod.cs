using System.Collections.Frozen;
using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Hybrid.LocalEngine;

/// <summary>A method of a grain or observer interface: how it is called, and how long that took so far.</summary>
internal sealed class GrainMethod(MethodInfo method, Type contract)
{
    private readonly MethodInvoker _invoker = MethodInvoker.Create(method);
    private readonly Type[] _parameters = [.. method.GetParameters().Select(parameter => parameter.ParameterType)];
    private long _calls;
    private long _ticks;

    public string Name => method.Name;
    public string FullName => $"{contract.Name}.{method.Name}";
    public bool OneWay { get; } = method.IsDefined(typeof(OneWayAttribute)) || method.ReturnType == typeof(void);
    public bool ReadOnly { get; } = method.IsDefined(typeof(ReadOnlyAttribute));
    public bool Interleaves { get; } = method.IsDefined(typeof(AlwaysInterleaveAttribute));
    public long Calls => Interlocked.Read(ref _calls);
    public TimeSpan Mean => TimeSpan.FromTicks(Interlocked.Read(ref _ticks) / Math.Max(Calls, 1));

    /// <summary>Calls this method of a grain, and gives what the caller gets.</summary>
    public Func<GrainMethod, GrainAddress, object?[], Task> Send { get; } = typeof(GrainMethod)
        .GetMethod(nameof(SendCall), BindingFlags.NonPublic | BindingFlags.Static)!
        .MakeGenericMethod(method.ReturnType.GetGenericArguments().FirstOrDefault(typeof(Nothing)))
        .CreateDelegate<Func<GrainMethod, GrainAddress, object?[], Task>>();

    /// <summary>The methods of an interface and its bases.</summary>
    public static FrozenDictionary<MethodInfo, GrainMethod> TableOf(Type contract) =>
        contract.GetInterfaces().Append(contract).SelectMany(type => type.GetMethods())
            .ToFrozenDictionary(method => method, method => new GrainMethod(method, contract));

    public Task Invoke(object target, object?[] arguments) =>
        (Task?)_invoker.Invoke(target, arguments.AsSpan())
        ?? (OneWay ? Task.CompletedTask : throw new InvalidOperationException($"{FullName} returned no task."));

    public void Copy(object?[] arguments, Mischief? mischief)
    {
        for (var i = 0; i < arguments.Length && mischief is not null; i++)
        {
            arguments[i] = mischief.Copy(arguments[i], _parameters[i]);
        }
    }

    public void Count(TimeSpan elapsed)
    {
        Interlocked.Increment(ref _calls);
        Interlocked.Add(ref _ticks, elapsed.Ticks);
    }

    private static Task SendCall<T>(GrainMethod method, GrainAddress target, object?[] arguments)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        target.Kind.Send(target.Key, new Call<T>(target.Kind.Engine, method, arguments, answer)
        { Interleaves = method.Interleaves, ReadOnly = method.ReadOnly });
        return method.OneWay ? Task.CompletedTask : answer.Task;
    }

    private readonly struct Nothing;
}
