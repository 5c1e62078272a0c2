using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace OrleansHybrid.Support;

/// <summary>A test that needs PostgreSQL.</summary>
public sealed class PostgresFactAttribute() : ConditionalFactAttribute(Need.Postgres);

/// <summary>The same for several cases of one test.</summary>
public sealed class PostgresTheoryAttribute() : ConditionalTheoryAttribute(Need.Postgres);

/// <summary>Marks a test class whose <see cref="StoreFactAttribute"/>s run on PostgreSQL.</summary>
public interface INeedsPostgres;

/// <summary>A test that runs on each database; where the class is an <see cref="INeedsPostgres"/>, a <see cref="ConditionalFactAttribute"/>.</summary>
[XunitTestCaseDiscoverer("OrleansHybrid.Support.StoreFactDiscoverer", "OrleansHybrid.Support")]
public sealed class StoreFactAttribute : FactAttribute
{
    /// <summary>No test of a store takes this long.</summary>
    public const int MaxMilliseconds = 60_000;

    public StoreFactAttribute() => Timeout = MaxMilliseconds;
}

/// <summary>Makes the test cases of <see cref="StoreFactAttribute"/>: an inherited test learns here in which class it is to run.</summary>
public sealed class StoreFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        RequiredNeeds.CreateFailingTest(DiagnosticMessageSink, discoveryOptions, testMethod, StoreTestCase.NeedsOf(testMethod))
        ?? new StoreTestCase(
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

    /// <summary>The needs of the class in which the test is to run.</summary>
    internal static IReadOnlyList<Need> NeedsOf(ITestMethod method) =>
        method.TestClass.Class.Interfaces.Any(found => found.Name == typeof(INeedsPostgres).FullName) ? [Need.Postgres] : [];

    protected override void Initialize()
    {
        base.Initialize();
        if (NeedsOf(TestMethod) is { Count: > 0 } needs)
        {
            foreach (var trait in NeedsDiscoverer.TraitsOf(needs))
            {
                Traits.Add(trait.Key, [trait.Value]);
            }
        }
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        Need.FirstMissingReason(NeedsOf(TestMethod)) ?? base.GetSkipReason(factAttribute);
}
