using System.Collections.Frozen;
using System.Reflection;

namespace Orleans.Hybrid.LocalEngine;

/// <summary>Stands for a grain or an observer wherever it is called from; equal to any other that does.</summary>
internal class Reference : DispatchProxy
{
    private FrozenDictionary<MethodInfo, GrainMethod> _methods = null!;

    public IRecipient Recipient { get; private set; } = null!;

    public static object New(Type contract, FrozenDictionary<MethodInfo, GrainMethod> methods, IRecipient recipient)
    {
        var reference = (Reference)Create(contract, typeof(Reference));
        (reference.Recipient, reference._methods) = (recipient, methods);
        return reference;
    }

    public override bool Equals(object? obj) => obj is Reference other && other.Recipient.Equals(Recipient);
    public override int GetHashCode() => Recipient.GetHashCode();
    public override string ToString() => $"{Recipient}";

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        Recipient.Take(_methods[targetMethod!], args!);
}

/// <summary>What a reference leads to.</summary>
internal interface IRecipient { Task Take(GrainMethod method, object?[] arguments); }

/// <summary>A grain, whether or not it is in memory.</summary>
internal sealed record GrainAddress(GrainKind Kind, string Key) : IRecipient
{
    public Task Take(GrainMethod method, object?[] arguments)
    {
        method.Copy(arguments, Kind.Engine.Mischief);
        return method.Send(method, this, arguments);
    }

    public override string ToString() => $"{Kind.Type.Name}({Key})";
}

/// <summary>An observer, told one thing after the other, in order, away from the grains that have told it.</summary>
internal sealed class Observer(IGrainObserver observer, Engine engine) : IRecipient
{
    private readonly WeakReference<IGrainObserver> _observer = new(observer);
    private Task _last = Task.CompletedTask;

    public void Close() => _observer.SetTarget(null!);

    public Task Take(GrainMethod method, object?[] arguments)
    {
        method.Copy(arguments, engine.Mischief);
        lock (_observer)
        {
            using var apart = ExecutionContext.SuppressFlow();
            _last = TellAsync(_last, method, arguments);
        }

        return Task.CompletedTask;
    }

    private async Task TellAsync(Task previous, GrainMethod method, object?[] arguments)
    {
        await previous.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await engine.AttemptAsync(method.FullName, () =>
            _observer.TryGetTarget(out var target) ? method.Invoke(target, arguments) : Task.CompletedTask);
    }
}
