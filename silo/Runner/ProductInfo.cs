using System.Reflection;

namespace OrleansHybrid.Runner;

/// <summary>What this program says it is.</summary>
internal static class ProductInfo
{
    public static string Version { get; } = typeof(ProductInfo).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
