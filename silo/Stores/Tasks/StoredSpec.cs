using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansHybrid.Domain.Schedules;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Stores.Tasks;

/// <summary>
/// Specifications as their column has them: one JSON text with what no other column has, without what has its default. A property that a
/// specification gains is stored here by itself. A default is part of what is stored: it never changes.
/// </summary>
internal static class StoredSpec
{
    private static readonly JsonSerializerOptions TaskJson = OptionsFor(
        new TaskSpec { ProjectId = "", ClusterId = "", CodeId = "", CodeRev = 0, CodeName = "" },
        nameof(TaskSpec.ProjectId), nameof(TaskSpec.ClusterId), nameof(TaskSpec.CodeId), nameof(TaskSpec.CodeName),
        nameof(TaskSpec.RequiredLabels), nameof(TaskSpec.Priority), nameof(TaskSpec.Label), nameof(TaskSpec.ScheduleId));

    private static readonly JsonSerializerOptions ScheduleJson = OptionsFor(
        new ScheduleSpec { ProjectId = "", ClusterId = "", CodeName = "" },
        nameof(ScheduleSpec.ProjectId), nameof(ScheduleSpec.ClusterId), nameof(ScheduleSpec.CodeName), nameof(ScheduleSpec.MaxConcurrency));

    /// <summary>The column of a task.</summary>
    public static string Format(TaskSpec spec) => JsonSerializer.Serialize(spec, TaskJson);

    /// <summary>The column of a schedule.</summary>
    public static string Format(ScheduleSpec spec) => JsonSerializer.Serialize(spec, ScheduleJson);

    /// <summary>What the column of a task says; the caller adds what the other columns and its lane have.</summary>
    public static TaskSpec ParseTask(string column) => JsonSerializer.Deserialize<TaskSpec>(column, TaskJson)!;

    /// <summary>The same for a schedule.</summary>
    public static ScheduleSpec ParseSchedule(string column) => JsonSerializer.Deserialize<ScheduleSpec>(column, ScheduleJson)!;

    private static JsonSerializerOptions OptionsFor<T>(T defaults, params string[] columns)
    {
        var options = new JsonSerializerOptions
        {
            TypeInfoResolver = new DefaultJsonTypeInfoResolver
            {
                Modifiers =
                {
                    type =>
                    {
                        if (type.Type == typeof(T))
                        {
                            OmitColumnsAndDefaults(type, defaults!, columns);
                        }
                    },
                },
            },
        };
        options.MakeReadOnly();
        return options;
    }

    private static void OmitColumnsAndDefaults(JsonTypeInfo type, object defaults, string[] columns)
    {
        foreach (var property in type.Properties.ToList())
        {
            // What has no setter follows from the others.
            if (columns.Contains(property.Name) || property.Set is null)
            {
                type.Properties.Remove(property);
                continue;
            }

            var @default = property.Get!(defaults);
            property.IsRequired = false;
            property.ShouldSerialize = (_, value) => !Equals(value, @default);
        }
    }
}
