using System.Reflection;

namespace OrleansHybrid.Support;

/// <summary>The types that calls of grains and observers carry, found from their interfaces.</summary>
public static class GrainCallTypes
{
    private static readonly Type[] Asynchronous = [typeof(Task<>), typeof(ValueTask<>), typeof(IAsyncEnumerable<>)];

    /// <summary>
    /// All types of arguments and results of these assemblies' grain interfaces, and of what is inside messages; an array counts as its
    /// elements, and what can be null as what it then is.
    /// </summary>
    public static IReadOnlySet<Type> In(IEnumerable<Assembly> assemblies)
    {
        var found = new HashSet<Type>();
        var calls = assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))
            .SelectMany(grain => grain.GetMethods());
        foreach (var call in calls)
        {
            Add(call.ReturnType, found);
            foreach (var argument in call.GetParameters())
            {
                Add(argument.ParameterType, found);
            }
        }

        found.Remove(typeof(Task));
        return found;
    }

    /// <summary>True for a type for which Orleans generates a serializer.</summary>
    public static bool IsMessage(Type type) => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false);

    private static void Add(Type type, HashSet<Type> found)
    {
        if ((type.GetElementType() ?? Nullable.GetUnderlyingType(type)) is { } inner)
        {
            Add(inner, found);
        }
        else if (type.IsConstructedGenericType && Asynchronous.Contains(type.GetGenericTypeDefinition()))
        {
            Add(type.GenericTypeArguments[0], found);
        }
        else if (found.Add(type) && IsMessage(type))
        {
            foreach (var member in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(member => member.CanWrite))
            {
                Add(member.PropertyType, found);
            }
        }
    }
}
