using System.Reflection;
using OrleansHybrid.Grains.Tasks;

namespace OrleansHybrid.Architecture.Tests;

public sealed class GrainInterfaceTests
{
    private static readonly Type[] Types = [.. new[] { "Abstractions", "Grains", "Launcher", "Runner" }
        .SelectMany(project => Assembly.Load($"OrleansHybrid.{project}").GetTypes())];

    private static readonly Type[] Interfaces = [.. Types.Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))];

    [Fact]
    public void None_is_of_the_kind_that_the_dashboard_of_Orleans_calls_by_itself_to_show_a_grains_state()
    {
        var methods = Interfaces.SelectMany(grain => grain.GetMethods()).ToList();

        Assert.Contains(methods, method => method.Name == nameof(ITaskControlGrain.Cancel));
        Assert.DoesNotContain(methods, method => method.GetParameters().Length == 0
            && (method.Name == "GetState" || method.ReturnType.GenericTypeArguments.Any(
                result => result.Name.EndsWith("State", StringComparison.Ordinal))));
    }

    [Fact]
    public void Each_interface_and_each_method_has_an_alias_so_that_a_new_name_changes_no_wire()
    {
        Assert.All(Interfaces, each => Assert.NotNull(each.GetCustomAttribute<AliasAttribute>()));
        Assert.All(Interfaces.SelectMany(each => each.GetMethods()), method => Assert.NotNull(method.GetCustomAttribute<AliasAttribute>()));
        Assert.Equal(Interfaces.Length, Interfaces.Select(each => each.GetCustomAttribute<AliasAttribute>()!.Alias).Distinct().Count());
    }

    [Fact]
    public void Each_grain_class_has_a_type_name_that_does_not_follow_from_its_own()
    {
        var grains = Types.Where(type => type is { IsAbstract: false } && typeof(Grain).IsAssignableFrom(type)).ToList();

        Assert.NotEmpty(grains);
        Assert.All(grains, grain => Assert.NotNull(grain.GetCustomAttribute<GrainTypeAttribute>()));
    }
}
