using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansHybrid.Architecture.Tests;

/// <summary>
/// V1: what .NET does not promise to be safe for several threads is kept in no field, since nobody can say who reads a field. Keys are
/// kept as bytes, and ciphers made for each use. Certificates may be kept: they are read only, and
/// <see cref="System.Net.Security.SslStreamCertificateContext"/> is documented for many connections.
/// </summary>
public sealed class SharedCryptoTests
{
    private static readonly string[] NotTheProduct = ["Tests", "FakeJarvice", "QueueingApp", "Support"];

    private static readonly Dictionary<string, string> OneOwner = new()
    {
        ["PartialZip._hash"] = "a draft belongs to the one download that fills it",
    };

    [Fact]
    public void V1_No_field_of_the_product_holds_what_only_one_thread_may_use()
    {
        var kept = Fields()
            .Where(field => Named(field.FieldType).Any(IsForOneThread))
            .Select(field => $"{field.DeclaringType!.Name}.{Plain(field.Name)}")
            .Distinct();

        Assert.Equal(OneOwner.Keys, kept);
    }

    [Theory]
    [InlineData(typeof(AesGcm), true)]
    [InlineData(typeof(List<RSA>), true)]
    [InlineData(typeof(Lazy<ECDsa[]>), true)]
    [InlineData(typeof(HMACSHA256), true)]
    [InlineData(typeof(IncrementalHash), true)]
    [InlineData(typeof(RandomNumberGenerator), true)]
    [InlineData(typeof(X509Chain), true)]
    [InlineData(typeof(HashAlgorithmName), false)]
    [InlineData(typeof(Func<RSA>), false)]
    [InlineData(typeof(X509Certificate2Collection), false)]
    [InlineData(typeof(Dictionary<string, byte[]>), false)]
    public void V1_The_check_of_fields_finds_a_secret(Type type, bool forOneThread) =>
        Assert.Equal(forOneThread, Named(type).Any(IsForOneThread));

    /// <summary>All fields, but for what a method under way keeps for itself between two awaits.</summary>
    private static IEnumerable<FieldInfo> Fields() => Directory
        .EnumerateFiles(AppContext.BaseDirectory, "OrleansHybrid.*.dll")
        .Where(file => !NotTheProduct.Any(part => Path.GetFileName(file).Contains(part, StringComparison.Ordinal)))
        .Select(file => Assembly.Load(AssemblyName.GetAssemblyName(file)))
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => !type.IsAssignableTo(typeof(IAsyncStateMachine)))
        .SelectMany(type => type.GetFields(
            BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly));

    /// <summary>A type and all that it holds by its name: elements, and arguments of generic types; a delegate only passes them on.</summary>
    private static IEnumerable<Type> Named(Type type) => type.IsAssignableTo(typeof(Delegate)) ? [] :
        [type, .. type.HasElementType ? Named(type.GetElementType()!) : [], .. type.GetGenericArguments().SelectMany(Named)];

    private static bool IsForOneThread(Type type) =>
        (type.Namespace == typeof(AesGcm).Namespace && type.IsAssignableTo(typeof(IDisposable)))
        || type.IsAssignableTo(typeof(AsymmetricAlgorithm))
        || type.IsAssignableTo(typeof(X509Chain));

    /// <summary>The name as it is written in the source.</summary>
    private static string Plain(string field) => field.StartsWith('<') ? field[1..field.IndexOf('>')] : field;
}
