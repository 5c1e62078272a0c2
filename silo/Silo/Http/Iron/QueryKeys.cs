using OrleansHybrid.Silo.Http.Describing;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>The keys of query strings, for the description of the API; <see cref="IronQuery"/> reads them.</summary>
internal static class QueryKeys
{
    public static QueryKey[] Pages { get; } =
    [
        QueryKey.Number("page", "Which page, from 0 to 100."),
        QueryKey.Number("per_page", "How many a page has, 1 to 100; 30 unless told."),
    ];

    public static QueryKey[] Codes { get; } = [.. Pages, QueryKey.Text("name", "Only the code of this name.")];

    public static QueryKey[] Clusters { get; } =
    [
        .. Pages,
        QueryKey.Text("shared", "1 for clusters of others that are shared with the caller."),
        QueryKey.Text("internal", "1 for a hosted service's own: none."),
    ];

    public static QueryKey[] ClusterTasks { get; } =
    [
        .. Pages,
        QueryKey.Text("code_name", "Name of the code package; empty for any."),
        QueryKey.Text("label", "The label."),
        QueryKey.Number("from_time", "Queued at this time or later, in seconds since 1970."),
        QueryKey.Number("to_time", "Queued at this time or earlier, in seconds since 1970."),
        .. new[] { "queued", "running", "complete", "error", "cancelled", "timeout" }
            .Select(state => QueryKey.Text(state, "1 for tasks in this state; several states may be named.")),
        QueryKey.Text("preparing", "1 for those queued tasks whose image or zip is on the way; ours."),
    ];

    public static QueryKey[] Tasks { get; } = [.. ClusterTasks, QueryKey.Text("cluster", "A cluster's id or name.")];

    public static QueryKey[] Events { get; } = [QueryKey.Number("log", "0 for the status alone.")];

    public static QueryKey[] Webhook { get; } =
    [
        QueryKey.Text("code_name", "Name of the code package: required."),
        QueryKey.Number("priority", "0 to 2."),
        QueryKey.Text("cluster", "A cluster's id or name."),
        QueryKey.Number("timeout", "Seconds that the program may take."),
        QueryKey.Number("delay", "Seconds before it may be claimed."),
        QueryKey.Text("label", "The label."),
        QueryKey.Text("required_labels", "Labels that a runner must have, with commas between."),
        QueryKey.Text("idempotency_key", "Finds the task of an earlier request with this key, for 24 hours."),
        QueryKey.Text("unique_key", "Finds a task with this key that waits."),
    ];

    public static QueryKey[] Stretch { get; } =
    [
        QueryKey.Number("start_date", "From when, in seconds since 1970; a day before the end unless told."),
        QueryKey.Number("end_date", "Until when, in seconds since 1970; now unless told."),
    ];

    public static QueryKey[] Revision { get; } = [QueryKey.Number("revision", "Which revision; the current one unless told.")];
}
