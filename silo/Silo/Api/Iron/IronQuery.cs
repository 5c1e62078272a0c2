using System.Globalization;
using System.Text.Json;
using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>The query strings of lists, which published clients fill in oddly.</summary>
internal static class IronQuery
{
    private const int MaxPage = 100;
    private const int MaxPerPage = 100;
    private const int DefaultPerPage = 30;

    private static readonly string[] PhaseNames = [.. Enum.GetValues<TaskPhase>().Select(IronMapping.Name)];

    /// <summary>Which page, and how long: clamped rather than rejected.</summary>
    public static (int Page, int PerPage) Paging(IQueryCollection query) =>
        (Clamp(query["page"], 0, 0, MaxPage), Clamp(query["per_page"], DefaultPerPage, 1, MaxPerPage));

    /// <summary>A flag counts as set for any value other than empty, 0 and false.</summary>
    public static bool Flag(IQueryCollection query, string name) => query[name] is [not (null or "" or "0" or "false")];

    /// <summary>A text; null when it is absent or empty.</summary>
    public static string? Text(IQueryCollection query, string name)
    {
        var text = query[name].ToString();
        return text.Contains('\0') ? throw new ApiException($"{name} must not hold the character NUL")
            : text.Length > 0 ? text
            : null;
    }

    /// <summary>
    /// The filter of a task list, but for the cluster, which is looked up; null when nothing can match it.
    /// </summary>
    public static TaskFilter? Tasks(IQueryCollection query, string? projectId)
    {
        TaskPhase[] phases = [.. PhaseNames.Where(name => Flag(query, name)).SelectMany(IronMapping.Phases).Distinct()];

        // An older state that no task of ours ever has.
        return phases.Length == 0 && Flag(query, "killed") ? null : new TaskFilter
        {
            ProjectId = projectId,
            Phases = phases,
            CodeName = Text(query, "code_name"),
            Label = Text(query, "label"),
            From = Epoch(query, "from_time"),
            To = Epoch(query, "to_time"),
        };
    }

    /// <summary>The query as if it were the members of a JSON object, all of them texts.</summary>
    public static IronJsonReader Fields(IQueryCollection query)
    {
        var members = query.ToDictionary(member => member.Key, member => member.Value.ToString());
        return IronJsonReader.Of(JsonSerializer.SerializeToElement(members), "", "The query");
    }

    /// <summary>The time range of statistics; the last day by default.</summary>
    public static (DateTimeOffset From, DateTimeOffset To) TimeRange(IQueryCollection query, DateTimeOffset now)
    {
        var to = Epoch(query, "end_date") ?? now.AddSeconds(1);
        return (Epoch(query, "start_date") ?? to.AddDays(-1), to);
    }

    /// <summary>The number of a revision; null when none is asked for.</summary>
    public static int? Revision(IQueryCollection query) =>
        Text(query, "revision") is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision
        : throw new ApiException("revision must be the number of a revision, from 1");

    private static int Clamp(string? text, int defaultValue, int min, int max) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && !double.IsNaN(number)
            ? (int)Math.Clamp(number, min, max)
            : defaultValue;

    private static DateTimeOffset? Epoch(IQueryCollection query, string name)
    {
        if (Text(query, name) is not { } text)
        {
            return null;
        }

        if (LenientTimestamp.TryParse(text, out var time))
        {
            return time;
        }

        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            || double.IsNaN(seconds))
        {
            throw new ApiException($"{name} must be a time: seconds since 1970, or {LenientTimestamp.ExpectedFormat}");
        }

        return DateTimeOffset.UnixEpoch.AddSeconds(Math.Clamp(seconds, 0, 253_402_300_799));
    }
}
