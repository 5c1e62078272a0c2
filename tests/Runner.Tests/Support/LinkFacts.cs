using Xunit.Abstractions;
using Xunit.Sdk;

namespace Orleans.Hybrid.Runner.Tests.Support;

/// <summary>Marks a test class whose tests need a runner that is a silo.</summary>
public interface INeedsRunnerSilo;

/// <summary>A test of any link; where the class is an <see cref="INeedsRunnerSilo"/>, skipped in builds without such a runner.</summary>
[XunitTestCaseDiscoverer("Orleans.Hybrid.Runner.Tests.Support.LinkFactDiscoverer", "Orleans.Hybrid.Runner.Tests")]
public sealed class LinkFactAttribute : FactAttribute;

/// <summary>The same for a theory.</summary>
[XunitTestCaseDiscoverer("Orleans.Hybrid.Runner.Tests.Support.LinkTheoryDiscoverer", "Orleans.Hybrid.Runner.Tests")]
public sealed class LinkTheoryAttribute : TheoryAttribute;

/// <summary>Makes the test cases of <see cref="LinkFactAttribute"/>: an inherited test learns here in which class it is to run.</summary>
public sealed class LinkFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        new LinkTestCase(
            DiagnosticMessageSink,
            discoveryOptions.MethodDisplayOrDefault(),
            discoveryOptions.MethodDisplayOptionsOrDefault(),
            testMethod);
}

/// <summary>Makes the test cases of <see cref="LinkTheoryAttribute"/>; one, by name, where it is skipped.</summary>
public sealed class LinkTheoryDiscoverer(IMessageSink diagnostics) : TheoryDiscoverer(diagnostics)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        LinkTestCase.Missing(testMethod) is null
            ? base.Discover(discoveryOptions, testMethod, theoryAttribute)
            :
            [
                new LinkTestCase(
                    DiagnosticMessageSink,
                    discoveryOptions.MethodDisplayOrDefault(),
                    discoveryOptions.MethodDisplayOptionsOrDefault(),
                    testMethod),
            ];
}

/// <summary>A test of any link.</summary>
public sealed class LinkTestCase : XunitTestCase
{
    [Obsolete("For the deserializer only")]
    public LinkTestCase()
    {
    }

    public LinkTestCase(
        IMessageSink diagnostics, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(diagnostics, display, options, method)
    {
    }

    /// <summary>Why a test can't run in this build; null when it can.</summary>
    public static string? Missing(ITestMethod method) =>
        !Engines.AreSilos && method.TestClass.Class.Interfaces.Any(found => found.Name == typeof(INeedsRunnerSilo).FullName)
            ? "needs a runner that is a silo: run with -p:RunnerEngine=Orleans where Orleans restores"
            : null;

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        Missing(TestMethod) ?? base.GetSkipReason(factAttribute);
}
