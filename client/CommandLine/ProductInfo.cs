using System.Reflection;

namespace OrleansHybrid.CommandLine;

/// <summary>The version of this installation's programs, which are built and released together.</summary>
public static class ProductInfo
{
    /// <summary>The version, without build data.</summary>
    public static string Version { get; } = typeof(ProductInfo).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
