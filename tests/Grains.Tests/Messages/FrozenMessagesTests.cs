using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Abstractions.Apps;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Launcher.Grain;
using OrleansHybrid.Support;

namespace OrleansHybrid.Grains.Tests.Messages;

/// <summary>
/// The bytes of every message between a control plane and its apps, runners and callers of the launcher, and of its own grains among
/// themselves, in <c>frozen-messages.txt</c>: a line holds a message's alias, the bytes of a sample in base64, and the sample in JSON.
/// Lines are added, and none is ever changed.
/// </summary>
public sealed class FrozenMessagesTests
{
    private static readonly Assembly[] Assemblies =
        [typeof(ClusterDefaults).Assembly, typeof(GrainMessages).Assembly, typeof(INimbixLauncherControlGrain).Assembly];

    private static readonly Serializer Serializer = new ServiceCollection()
        .AddSerializer(serializer => serializer.AddGrainMessages().AddAssembly(typeof(INimbixLauncherControlGrain).Assembly))
        .BuildServiceProvider()
        .GetRequiredService<Serializer>();

    private static readonly MethodInfo Deserialize = typeof(FrozenMessagesTests).GetMethod(nameof(Read), BindingFlags.NonPublic | BindingFlags.Static)!;
    private static readonly MethodInfo Serialize = typeof(FrozenMessagesTests).GetMethod(nameof(Write), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static readonly ILookup<string, string[]> Frozen = Samples.ReadFrozen("frozen-messages.txt", 3);

    /// <summary>All messages; of generic ones, one of their forms.</summary>
    public static TheoryData<Type> Messages() => [.. Assemblies.SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.Namespace?.StartsWith("OrleansHybrid.", StringComparison.Ordinal) == true && GrainCallTypes.IsMessage(type))
        .Select(type => type == typeof(RunnerReply<>) ? typeof(RunnerReply<AcknowledgeResponse>)
            : type == typeof(AppResult<>) ? typeof(AppResult<TaskLogChunk>)
            : type)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void Messages_sent_by_an_earlier_version_are_read(Type message)
    {
        Assert.All(Frozen[AliasOf(message)], line =>
        {
            using var then = JsonDocument.Parse(line[2]);
            using var now = JsonDocument.Parse(JsonOf(Deserialize.MakeGenericMethod(message).Invoke(null, [Convert.FromBase64String(line[1])])!));
            Samples.AssertHas(then.RootElement, now.RootElement);
        });
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Messages_are_sent_as_an_earlier_version_sent_them(Type message)
    {
        var sample = Samples.Of(message);
        var bytes = Convert.ToBase64String((byte[])Serialize.MakeGenericMethod(message).Invoke(null, [sample])!);
        var line = $"{AliasOf(message)} {bytes} {JsonOf(sample)}";

        Assert.True(
            Frozen[AliasOf(message)].Any(known => known[1] == bytes),
            $"{message.Name} has no frozen bytes of this form. If it is new, or was extended, add this line to tests/Grains.Tests/Messages/"
                + $"frozen-messages.txt and leave those that are there; if not, what is on the wire has changed: undo that.\n{line}");
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_member_of_a_message_has_an_id_of_its_own(Type message)
    {
        var ids = Samples.MembersOf(message).Select(member => member.GetCustomAttribute<IdAttribute>()?.Id).ToList();

        Assert.DoesNotContain(null, ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    private static T Read<T>(byte[] bytes) => Serializer.Deserialize<T>(bytes)!;

    private static byte[] Write<T>(T message) => Serializer.SerializeToArray(message);

    private static string JsonOf(object message) => JsonSerializer.Serialize(message, message.GetType());

    private static string AliasOf(Type message) => message.GetCustomAttribute<AliasAttribute>()!.Alias;
}
