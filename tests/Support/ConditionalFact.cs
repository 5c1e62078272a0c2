using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace OrleansHybrid.Support;

/// <summary>The needs of a test beside the .NET SDK.</summary>
public interface IConditional
{
    /// <summary>All of it.</summary>
    IReadOnlyList<Need> Needs { get; }
}

/// <summary>
/// A fact about something that a machine may lack. It has the traits <c>Needs</c>, one for each need, and <c>Conditional=yes</c>, by which
/// all such tests are chosen: <c>dotnet test --filter Conditional=yes</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer("OrleansHybrid.Support.NeedsDiscoverer", "OrleansHybrid.Support")]
[XunitTestCaseDiscoverer("OrleansHybrid.Support.ConditionalFactDiscoverer", "OrleansHybrid.Support")]
public abstract class ConditionalFactAttribute : FactAttribute, IConditional, ITraitAttribute
{
    protected ConditionalFactAttribute(params Need[] needs) => (Needs, Skip) = (needs, Need.FirstMissingReason(needs));

    public IReadOnlyList<Need> Needs { get; }
}

/// <summary>The same for a theory.</summary>
[AttributeUsage(AttributeTargets.Method)]
[TraitDiscoverer("OrleansHybrid.Support.NeedsDiscoverer", "OrleansHybrid.Support")]
[XunitTestCaseDiscoverer("OrleansHybrid.Support.ConditionalTheoryDiscoverer", "OrleansHybrid.Support")]
public abstract class ConditionalTheoryAttribute : TheoryAttribute, IConditional, ITraitAttribute
{
    protected ConditionalTheoryAttribute(params Need[] needs) => (Needs, Skip) = (needs, Need.FirstMissingReason(needs));

    public IReadOnlyList<Need> Needs { get; }
}

/// <summary>Tells the traits of a conditional test.</summary>
public sealed class NeedsDiscoverer : ITraitDiscoverer
{
    public IEnumerable<KeyValuePair<string, string>> GetTraits(IAttributeInfo traitAttribute) =>
        TraitsOf(((IConditional)((IReflectionAttributeInfo)traitAttribute).Attribute).Needs);

    /// <summary>The traits of a test with these needs.</summary>
    internal static IEnumerable<KeyValuePair<string, string>> TraitsOf(IEnumerable<Need> needs) =>
        needs.Select(need => KeyValuePair.Create("Needs", need.Name)).Prepend(KeyValuePair.Create("Conditional", "yes"));
}

/// <summary>Makes the test cases of <see cref="ConditionalFactAttribute"/>.</summary>
public sealed class ConditionalFactDiscoverer(IMessageSink diagnostics) : FactDiscoverer(diagnostics)
{
    protected override IXunitTestCase CreateTestCase(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        RequiredNeeds.CreateFailingTest(DiagnosticMessageSink, discoveryOptions, testMethod, factAttribute)
        ?? base.CreateTestCase(discoveryOptions, testMethod, factAttribute);
}

/// <summary>Makes the test cases of <see cref="ConditionalTheoryAttribute"/>.</summary>
public sealed class ConditionalTheoryDiscoverer(IMessageSink diagnostics) : TheoryDiscoverer(diagnostics)
{
    public override IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo theoryAttribute) =>
        RequiredNeeds.CreateFailingTest(DiagnosticMessageSink, discoveryOptions, testMethod, theoryAttribute) is { } failing
            ? [failing]
            : base.Discover(discoveryOptions, testMethod, theoryAttribute);
}

/// <summary>Tests that fail, in words that say why, where everything is to be there and something is not.</summary>
internal static class RequiredNeeds
{
    public static IXunitTestCase? CreateFailingTest(
        IMessageSink diagnostics, ITestFrameworkDiscoveryOptions options, ITestMethod method, IAttributeInfo fact) =>
        CreateFailingTest(diagnostics, options, method, ((IConditional)((IReflectionAttributeInfo)fact).Attribute).Needs);

    public static IXunitTestCase? CreateFailingTest(
        IMessageSink diagnostics, ITestFrameworkDiscoveryOptions options, ITestMethod method, IEnumerable<Need> needs) =>
        Need.IsCi && Need.FirstMissingReason(needs) is { } reason
            ? new ExecutionErrorTestCase(
                diagnostics, options.MethodDisplayOrDefault(), options.MethodDisplayOptionsOrDefault(), method, $"{reason} (CI=true: nothing is skipped)")
            : null;
}
