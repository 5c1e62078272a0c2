using System.Reflection;

namespace OrleansHybrid.Runner;

/// <summary>What this program says it is.</summary>
internal static class Product
{
    public static string Version { get; } = typeof(Product).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
