using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansHybrid.Abstractions;
using OrleansHybrid.Abstractions.Apps;
using OrleansHybrid.Abstractions.Runners;

namespace OrleansHybrid.Grains.Tests.Messages;

/// <summary>
/// The bytes of every message between a control plane and its apps, runners and callers of the launcher, in <c>frozen-messages.txt</c>: a line
/// holds a message's alias, the bytes of a sample in base64, and the sample in JSON. Lines are added, and none is ever changed.
/// </summary>
public sealed class FrozenMessagesTests
{
    private static readonly Serializer Serializer = new ServiceCollection()
        .AddSerializer(serializer => serializer.AddAssembly(typeof(ClusterDefaults).Assembly))
        .BuildServiceProvider()
        .GetRequiredService<Serializer>();

    private static readonly MethodInfo Deserialize = typeof(FrozenMessagesTests).GetMethod(nameof(Read), BindingFlags.NonPublic | BindingFlags.Static)!;
    private static readonly MethodInfo Serialize = typeof(FrozenMessagesTests).GetMethod(nameof(Write), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static readonly ILookup<string, (byte[] Bytes, string Json)> Frozen = File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "frozen-messages.txt"))
        .Select(line => line.Split(' ', 3))
        .ToLookup(parts => parts[0], parts => (Convert.FromBase64String(parts[1]), parts[2]));

    /// <summary>All messages; of generic ones, one of their forms.</summary>
    public static TheoryData<Type> Messages() => [.. typeof(ClusterDefaults).Assembly.GetTypes()
        .Where(type => type.Namespace?.StartsWith("OrleansHybrid.", StringComparison.Ordinal) == true
            && type.GetCustomAttribute<GenerateSerializerAttribute>() is not null)
        .Select(type => type == typeof(RunnerReply<>) ? typeof(RunnerReply<AcknowledgeResponse>)
            : type == typeof(AppResult<>) ? typeof(AppResult<TaskLogChunk>)
            : type)];

    [Theory]
    [MemberData(nameof(Messages))]
    public void What_was_sent_yesterday_is_read_today(Type message)
    {
        Assert.All(Frozen[AliasOf(message)], line =>
        {
            using var then = JsonDocument.Parse(line.Json);
            using var now = JsonDocument.Parse(JsonOf(Deserialize.MakeGenericMethod(message).Invoke(null, [line.Bytes])!));
            AssertHas(then.RootElement, now.RootElement);
        });
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void What_is_sent_today_is_what_was_sent_yesterday(Type message)
    {
        var sample = SampleOf(message, "")!;
        var bytes = (byte[])Serialize.MakeGenericMethod(message).Invoke(null, [sample])!;
        var line = $"{AliasOf(message)} {Convert.ToBase64String(bytes)} {JsonOf(sample)}";

        Assert.True(
            Frozen[AliasOf(message)].Any(known => known.Bytes.AsSpan().SequenceEqual(bytes)),
            $"{message.Name} has no frozen bytes of this form. If it is new, or was extended, add this line to tests/Grains.Tests/Messages/"
                + $"frozen-messages.txt and leave those that are there; if not, what is on the wire has changed: undo that.\n{line}");
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Every_member_of_a_message_has_an_id_of_its_own(Type message)
    {
        var ids = MembersOf(message).Select(member => member.GetCustomAttribute<IdAttribute>()?.Id).ToList();

        Assert.DoesNotContain(null, ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
    }

    private static T Read<T>(byte[] bytes) => Serializer.Deserialize<T>(bytes)!;

    private static byte[] Write<T>(T message) => Serializer.SerializeToArray(message);

    private static string JsonOf(object message) => JsonSerializer.Serialize(message, message.GetType());

    private static string AliasOf(Type message) => message.GetCustomAttribute<AliasAttribute>()!.Alias;

    private static IEnumerable<PropertyInfo> MembersOf(Type message) =>
        message.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(member => member.CanWrite);

    // Members that came later are not among those of then.
    private static void AssertHas(JsonElement then, JsonElement now)
    {
        if (then.ValueKind == JsonValueKind.Object)
        {
            Assert.All(then.EnumerateObject(), member => AssertHas(member.Value, now.GetProperty(member.Name)));
        }
        else if (then.ValueKind == JsonValueKind.Array)
        {
            Assert.Equal(then.GetArrayLength(), now.GetArrayLength());
            Assert.All(then.EnumerateArray().Zip(now.EnumerateArray()), pair => AssertHas(pair.First, pair.Second));
        }
        else
        {
            Assert.Equal(then.GetRawText(), now.GetRawText());
        }
    }

    /// <summary>A value with something in every member, the same each time.</summary>
    private static object? SampleOf(Type type, string name)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(string) ? $"a {name}"
            : plain == typeof(int) ? 7 + name.Length
            : plain == typeof(long) ? 70_000_000_000 + name.Length
            : plain == typeof(bool) ? true
            : plain == typeof(decimal) ? 12.5m
            : plain == typeof(TimeSpan) ? TimeSpan.FromSeconds(90)
            : plain == typeof(DateTimeOffset) ? new DateTimeOffset(2026, 11, 30, 12, 0, name.Length, TimeSpan.Zero)
            : plain == typeof(byte[]) ? new byte[] { 1, 2, 255 }
            : plain.IsArray ? ArrayOf(plain.GetElementType()!, name)
            : plain == typeof(Dictionary<string, string>) ? new Dictionary<string, string> { [name] = "value" }
            : RecordOf(plain);
    }

    private static Array ArrayOf(Type element, string name)
    {
        var array = Array.CreateInstance(element, 1);
        ((IList)array)[0] = SampleOf(element, name);
        return array;
    }

    private static object RecordOf(Type type)
    {
        var record = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var member in MembersOf(type))
        {
            member.SetValue(record, SampleOf(member.PropertyType, member.Name));
        }

        return record;
    }
}
