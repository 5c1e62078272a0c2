using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Launcher.Domain;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Support;

namespace OrleansHybrid.Grains.Tests.Messages;

/// <summary>
/// The JSON of every value of a domain that calls of grains carry, and of what is stored as JSON, in <c>frozen-values.txt</c>: a line holds a
/// type's full name, which is on the wire beside the JSON, and the JSON of a sample; of an enumeration, whose members travel as numbers, its
/// names and their numbers. Lines are added, and none is ever changed.
/// </summary>
public sealed class FrozenValuesTests
{
    private static readonly Type[] Stored = [typeof(LaunchLedger), typeof(RegistryLogin)];

    private static readonly JsonSerializerOptions Travelling = new ServiceCollection()
        .AddSerializer(serializer => serializer.AddGrainMessages())
        .BuildServiceProvider()
        .GetRequiredService<IOptions<JsonCodecOptions>>().Value.SerializerOptions;

    private static readonly Type[] All = [.. GrainCallTypes
        .In([typeof(ClusterDefaults).Assembly, typeof(GrainMessages).Assembly, typeof(INimbixLauncherControlGrain).Assembly])
        .Where(GrainMessages.IsDomainValue).Concat(Stored).Distinct()];

    private static readonly ILookup<string, string[]> Frozen = Samples.ReadFrozen("frozen-values.txt", 2);

    public static TheoryData<Type> Values() => [.. All.Where(type => !type.IsEnum)];

    /// <summary>Enumerations of those values, and of what is inside them.</summary>
    public static TheoryData<Type> Enumerations() => [.. WithInner(All).Where(type => type.IsEnum)];

    [Theory]
    [MemberData(nameof(Values))]
    public void What_was_written_yesterday_is_read_today(Type value)
    {
        Assert.All(Frozen[value.FullName!], line =>
        {
            using var then = JsonDocument.Parse(line[1]);
            using var now = JsonDocument.Parse(JsonOf(JsonSerializer.Deserialize(line[1], value, OptionsFor(value))!));
            Samples.AssertHas(then.RootElement, now.RootElement);
        });
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void What_is_written_today_is_what_was_written_yesterday(Type value) => AssertFrozen(value, JsonOf(Samples.Of(value)));

    [Theory]
    [MemberData(nameof(Enumerations))]
    public void Members_of_enumerations_keep_their_numbers(Type enumeration)
    {
        var today = Enum.GetNames(enumeration).ToDictionary(name => name, name => Convert.ToInt32(Enum.Parse(enumeration, name), null));

        Assert.All(
            Frozen[enumeration.FullName!].SelectMany(line => JsonSerializer.Deserialize<Dictionary<string, int>>(line[1])!),
            member => Assert.Equal(member.Value, today[member.Key]));
        AssertFrozen(enumeration, JsonSerializer.Serialize(today));
    }

    [Fact]
    public void Each_line_is_that_of_a_type_which_is_still_called_so() => Assert.Empty(
        Frozen.Select(lines => lines.Key).Except(WithInner(All).Union(Stored).Select(type => type.FullName!)));

    private static void AssertFrozen(Type type, string json) => Assert.True(
        Frozen[type.FullName!].Any(known => known[1] == json),
        $"{type.Name} has no frozen JSON of this form. If it is new, or was extended, add this line to tests/Grains.Tests/Messages/"
            + $"frozen-values.txt and leave those that are there; if not, what travels or is stored has changed: undo that.\n{type.FullName} {json}");

    private static string JsonOf(object value) => JsonSerializer.Serialize(value, value.GetType(), OptionsFor(value.GetType()));

    private static JsonSerializerOptions OptionsFor(Type type) => type == typeof(RegistryLogin) ? RunnerJson.Default.Options : Travelling;

    private static HashSet<Type> WithInner(IEnumerable<Type> types)
    {
        var found = new HashSet<Type>();
        foreach (var type in types)
        {
            AddInner(type, found);
        }

        return found;
    }

    private static void AddInner(Type type, HashSet<Type> found)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain.IsConstructedGenericType)
        {
            Array.ForEach(plain.GenericTypeArguments, argument => AddInner(argument, found));
        }
        else if (GrainMessages.IsDomainValue(plain) && found.Add(plain))
        {
            foreach (var member in Samples.MembersOf(plain))
            {
                AddInner(member.PropertyType, found);
            }
        }
    }
}
