using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace OrleansHybrid.Grains.Tests.Messages;

/// <summary>Values with something in every member, the same each time; and how what was frozen is compared with them.</summary>
internal static class Samples
{
    /// <summary>The lines of a file that begin with the name of what they hold, by that name; a line has so many parts.</summary>
    public static ILookup<string, string[]> ReadFrozen(string file, int parts) => File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, file))
        .Select(line => line.Split(' ', parts))
        .ToLookup(line => line[0]);

    /// <summary>The members that are sent and stored.</summary>
    public static IEnumerable<PropertyInfo> MembersOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(member => member.CanWrite);

    /// <summary>A value of a type.</summary>
    public static object Of(Type type) => Of(type, "");

    /// <summary>Fails unless all that was there then is there now, as it was; members that came later are not among those of then.</summary>
    public static void AssertHas(JsonElement then, JsonElement now)
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

    private static object Of(Type type, string name)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain == typeof(string) ? $"a {name}"
            : plain == typeof(int) ? 7 + name.Length
            : plain == typeof(long) ? 70_000_000_000 + name.Length
            : plain == typeof(bool) ? true
            : plain == typeof(decimal) ? 12.5m
            : plain == typeof(TimeSpan) ? TimeSpan.FromSeconds(90)
            : plain == typeof(DateTimeOffset) ? new DateTimeOffset(2026, 11, 30, 12, 0, name.Length, TimeSpan.Zero)
            : plain == typeof(DateOnly) ? new DateOnly(2026, 11, 30)
            : plain == typeof(byte[]) ? new byte[] { 1, 2, 255 }
            : plain.IsEnum ? Enum.GetValues(plain).GetValue(1)!
            : plain.IsArray ? ArrayOf(plain.GetElementType()!, name)
            : plain.IsConstructedGenericType ? CollectionOf(plain, name)
            : RecordOf(plain);
    }

    private static object CollectionOf(Type type, string name)
    {
        var kind = type.GetGenericTypeDefinition();
        return type.IsAssignableFrom(typeof(Dictionary<string, string>)) ? new Dictionary<string, string> { [name] = "value" }
            : kind == typeof(IReadOnlyList<>) ? ArrayOf(type.GenericTypeArguments[0], name)
            : RecordOf(type);
    }

    private static Array ArrayOf(Type element, string name)
    {
        var array = Array.CreateInstance(element, 1);
        ((IList)array)[0] = Of(element, name);
        return array;
    }

    private static object RecordOf(Type type)
    {
        var record = RuntimeHelpers.GetUninitializedObject(type);
        foreach (var member in MembersOf(type))
        {
            member.SetValue(record, Of(member.PropertyType, member.Name));
        }

        return record;
    }
}
