using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>Declared here as in the package that it is in, which is not everywhere.</summary>
public interface IPersistentState<TState> : IStorage<TState>;

/// <summary>Declared here as in the package that it is in, which is not everywhere.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute
{
    public string StateName { get; } = stateName;

    public string? StorageName { get; } = storageName;
}
