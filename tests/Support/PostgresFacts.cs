using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Orleans.Hybrid.Support;

/// <summary>A test that needs PostgreSQL, skipped by name where there is none.</summary>
public sealed class PostgresFactAttribute : FactAttribute
{
    public PostgresFactAttribute() => Skip = PostgresServer.Missing;
}

/// <summary>Marks a test class whose <see cref="StoreFactAttribute"/>s run on PostgreSQL.</summary>
public interface INeedsPostgres;

/// <summary>A test that runs on each database; where the class is an <see cref="INeedsPostgres"/>, skipped where there is none.</summary>
[XunitTestCaseDiscoverer("Orleans.Hybrid.Support.StoreFactDiscoverer", "Orleans.Hybrid.Support")]
public sealed class StoreFactAttribute : FactAttribute
{
    /// <summary>No test of a store takes this long.</summary>
    public const int MostMilliseconds = 60_000;

    public StoreFactAttribute() => Timeout = MostMilliseconds;
}

/// <summary>Makes the test cases of <see cref="StoreFactAttribute"/>: an inherited test learns here in which class it is to run.</summary>
public sealed class StoreFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new StoreTestCase(
            DiagnosticMessageSink,
            discoveryOptions.MethodDisplayOrDefault(),
            discoveryOptions.MethodDisplayOptionsOrDefault(),
            testMethod);
}

/// <summary>A test of a store.</summary>
public sealed class StoreTestCase : XunitTestCase
{
    [Obsolete("For the deserializer only")]
    public StoreTestCase()
    {
    }

    public StoreTestCase(
        IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(diagnostics, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.Interfaces.Any(found => found.Name == typeof(INeedsPostgres).FullName)
            ? PostgresServer.Missing
            : base.GetSkipReason(factAttribute);
}
