using System.Reflection;

namespace OrleansHybrid.Runner;

/// <summary>The name and version of this program.</summary>
internal static class ProductInfo
{
    public static string Version { get; } = typeof(ProductInfo).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
