using OrleansHybrid.Grains.Tasks;

namespace OrleansHybrid.Architecture.Tests;

public sealed class GrainInterfaceTests
{
    [Fact]
    public void None_is_of_the_kind_that_the_dashboard_of_Orleans_calls_by_itself_to_show_a_grains_state()
    {
        var grains = typeof(ITaskControlGrain).Assembly.GetTypes()
            .Where(type => type.IsInterface && type.Name.EndsWith("Grain", StringComparison.Ordinal));
        var methods = grains.SelectMany(grain => grain.GetMethods()).ToList();

        Assert.Contains(methods, method => method.Name == nameof(ITaskControlGrain.Cancel));
        Assert.DoesNotContain(methods, method => method.GetParameters().Length == 0
            && (method.Name == "GetState" || method.ReturnType.GenericTypeArguments.Any(
                result => result.Name.EndsWith("State", StringComparison.Ordinal))));
    }
}
