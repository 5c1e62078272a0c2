using System.Globalization;

namespace OrleansHybrid.Client;

/// <summary>Which tasks to list; what is left out does not narrow the list.</summary>
public sealed record TaskQuery
{
    /// <summary>Name of the code package.</summary>
    public string? CodeName { get; init; }

    /// <summary>Cluster id or name.</summary>
    public string? Cluster { get; init; }

    /// <summary>The label given when queueing.</summary>
    public string? Label { get; init; }

    /// <summary>Any of these statuses.</summary>
    public IReadOnlyList<string> Statuses { get; init; } = [];

    /// <summary>Queued at or after this time; whole seconds count.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Queued at or before this time; whole seconds count.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Page, from 0 to 100.</summary>
    public int Page { get; init; }

    /// <summary>Tasks a page, 1 to 100.</summary>
    public int PerPage { get; init; } = 30;

    internal string ToQueryString()
    {
        IEnumerable<(string Key, string? Value)> pairs =
        [
            ("page", Number(Page)),
            ("per_page", Number(PerPage)),
            ("code_name", CodeName),
            ("cluster", Cluster),
            ("label", Label),
            ("from_time", Number(From?.ToUnixTimeSeconds())),
            ("to_time", Number(To?.ToUnixTimeSeconds())),
            .. Statuses.Select(status => (status, (string?)"1")),
        ];
        return string.Join('&', pairs
            .Where(pair => !string.IsNullOrEmpty(pair.Value))
            .Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value!)}"));
    }

    private static string? Number(long? value) => value?.ToString(CultureInfo.InvariantCulture);
}
