using System.Collections.Concurrent;
using System.Reflection;

namespace OrleansHybrid.Silo.Tests.Support;

/// <summary>Makes stand-ins for interfaces.</summary>
internal static class Stub
{
    public static Stub<T> Of<T>()
        where T : class => (Stub<T>)(object)DispatchProxy.Create<T, Stub<T>>();
}

/// <summary>Stands in for an interface: each method that a test expects is given by name, any other fails.</summary>
public class Stub<T> : DispatchProxy
    where T : class
{
    private readonly ConcurrentDictionary<string, Func<object?[], object?>> _methods = new();

    internal T Object => (T)(object)this;

    /// <summary>Sets what a method does, from now on.</summary>
    internal Stub<T> On(string method, Func<object?[], object?> does)
    {
        _methods[method] = does;
        return this;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _methods.TryGetValue(targetMethod!.Name, out var does)
            ? does(args ?? [])
            : throw new NotSupportedException($"{typeof(T).Name}.{targetMethod.Name} was not expected");
}
