using System.Reflection;
using OrleansHybrid.Grains;
using OrleansHybrid.Grains.Clusters;
using OrleansHybrid.Grains.Tasks;
using OrleansHybrid.Support;

namespace OrleansHybrid.Architecture.Tests;

public sealed class GrainInterfaceTests
{
    private static readonly Assembly[] Assemblies = [.. new[] { "Abstractions", "Grains", "Launcher", "Runner", "Silo" }
        .Select(project => Assembly.Load($"OrleansHybrid.{project}"))];

    private static readonly Type[] Types = [.. Assemblies.SelectMany(assembly => assembly.GetTypes())];

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

    [Fact]
    public void What_crosses_a_call_is_a_message_with_all_attributes_or_a_value_of_a_domain_and_lists_are_arrays()
    {
        var crossing = GrainCallTypes.In(Assemblies).Where(type => !IsPlain(type)).ToList();

        Assert.Contains(typeof(Delivery), crossing);
        Assert.All(crossing, type => Assert.True(
            type.IsSealed && (GrainCallTypes.IsMessage(type)
                ? type.IsDefined(typeof(ImmutableAttribute)) && type.IsDefined(typeof(AliasAttribute)) && !GrainMessages.IsDomainValue(type)
                : GrainMessages.IsDomainValue(type)),
            $"{type} crosses a call of a grain: give it [GenerateSerializer, Immutable, Alias] and its members ids, and freeze its bytes "
                + "(tests/Grains.Tests/Messages), or make it a value of the domain; a list must be an array"));
    }

    private static bool IsPlain(Type type) =>
        type.IsPrimitive
        || typeof(IAddressable).IsAssignableFrom(type)
        || type == typeof(string)
        || type == typeof(decimal)
        || type == typeof(DateTimeOffset)
        || type == typeof(TimeSpan)
        || type == typeof(CancellationToken)
        || type == typeof(Dictionary<string, string>);
}
