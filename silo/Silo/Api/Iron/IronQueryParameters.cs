using OrleansHybrid.Silo.Api.OpenApi;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>The keys of query strings, for the description of the API; <see cref="IronQuery"/> reads them.</summary>
internal static class IronQueryParameters
{
    public static QueryParameter[] Pages { get; } =
    [
        QueryParameter.Number("page", "Which page, from 0 to 100."),
        QueryParameter.Number("per_page", "How many a page has, 1 to 100; 30 by default."),
    ];

    public static QueryParameter[] Codes { get; } = [.. Pages, QueryParameter.Text("name", "Only the code of this name.")];

    public static QueryParameter[] Clusters { get; } =
    [
        .. Pages,
        QueryParameter.Text("shared", "1 for clusters of others that are shared with the caller."),
        QueryParameter.Text("internal", "1 for a hosted service's own: none."),
    ];

    public static QueryParameter[] ClusterTasks { get; } =
    [
        .. Pages,
        QueryParameter.Text("code_name", "Name of the code package; empty for any."),
        QueryParameter.Text("label", "The label."),
        QueryParameter.Number("from_time", "Queued at this time or later, in seconds since 1970."),
        QueryParameter.Number("to_time", "Queued at this time or earlier, in seconds since 1970."),
        .. new[] { "queued", "running", "complete", "error", "cancelled", "timeout" }
            .Select(state => QueryParameter.Text(state, "1 for tasks in this state; several states may be named.")),
        QueryParameter.Text("preparing", "1 for those queued tasks whose image or zip is on the way; ours."),
    ];

    public static QueryParameter[] Tasks { get; } = [.. ClusterTasks, QueryParameter.Text("cluster", "A cluster's id or name.")];

    public static QueryParameter[] Events { get; } = [QueryParameter.Number("log", "0 for the status alone.")];

    public static QueryParameter[] Webhook { get; } =
    [
        QueryParameter.Text("code_name", "Name of the code package: required."),
        QueryParameter.Number("priority", "0 to 2."),
        QueryParameter.Text("cluster", "A cluster's id or name."),
        QueryParameter.Number("timeout", "Time limit of the program in seconds."),
        QueryParameter.Number("delay", "Seconds before it may be claimed."),
        QueryParameter.Text("label", "The label."),
        QueryParameter.Text("title", "A line for people that says what the task is about."),
        QueryParameter.Text("required_labels", "Labels that a runner must have, with commas between."),
        QueryParameter.Text("idempotency_key", "Finds the task of an earlier request with this key, for 24 hours."),
        QueryParameter.Text("unique_key", "Finds a task with this key that waits."),
    ];

    public static QueryParameter[] TimeRange { get; } =
    [
        QueryParameter.Number("start_date", "From when, in seconds since 1970; a day before the end by default."),
        QueryParameter.Number("end_date", "Until when, in seconds since 1970; now by default."),
    ];

    public static QueryParameter[] Revision { get; } = [QueryParameter.Number("revision", "Which revision; the current one by default.")];
}
