using System.Text;

namespace OrleansHybrid.Silo.Tests.Fuzz;

/// <summary>A call with a JSON body, as a well-behaved client makes it; it may be wrapped in something on its way.</summary>
internal sealed record JsonCall(
    string Method, string Route, string Body, string Who = "{user}", string Type = "application/json",
    Func<byte[], byte[]>? Wrap = null)
{
    /// <summary>One or more for each call that takes a body, by its route.</summary>
    public static IReadOnlyList<JsonCall> All { get; } =
    [
        OfProject("POST", "/tasks", """{"tasks":[{"code_name":"hello","payload":"{\"a\":1}","priority":2,"timeout":60.5,"delay":3600,"cluster":"site","label":"l","sync":true},{"code_name":"hello","payload":{"a":[1]},"idempotency_key":"i"}]}"""),
        OfProject("POST", "/tasks", """{"tasks":[{"code_name":"hello","payload":"p","cluster":"{clusterId}","unique_key":"u","oauth":"x"}]}"""),
        OfProject("POST", "/tasks/webhook", """{"any":["thing"]}""") with { Query = "?code_name=hello&delay=60" },
        OfProject("POST", "/tasks/cancel", """{"code_name":"hello","label":"l","cluster":"site","status":["queued","running"],"from_time":1,"to_time":4000000000,"dry_run":false}"""),
        OfProject("POST", "/tasks/retry", """{"code_name":"hello","status":"cancelled","from_time":"1","dry_run":"0"}"""),
        OfProject("POST", "/tasks/{taskId}/cancel", "{}"),
        OfProject("POST", "/tasks/{taskId}/retry", """{"delay":1.5}""") with { Ended = true },
        OfProject("POST", "/tasks/{taskId}/progress", """{"percent":50,"msg":"half"}"""),
        OfProject("POST", "/schedules", """{"schedules":[{"code_name":"hello","payload":"p","start_at":"2090-01-01T00:00:00.1234567+02:00","run_every":60,"run_times":3,"end_at":"2091-01-01T00:00:00Z","priority":1,"timeout":60,"task_delay":5,"max_concurrency":1,"cluster":"site","label":"l","name":"n"}]}"""),
        OfProject("POST", "/schedules", """{"schedules":[{"code_name":"hello","payload":"{}","delay":3600,"cron":"0 9 * * 1-5","timezone":"Europe/Berlin","run_every":0,"end_at":""}]}"""),
        OfProject("PUT", "/schedules/{scheduleId}", """{"code_name":"hello","payload":"q","start_at":"2090-01-01T00:00:00Z","run_every":120,"priority":0,"label":"m","cluster":"site","run_times":2}"""),
        OfProject("POST", "/schedules/{scheduleId}/cancel", """{"schedule_id":"{scheduleId}","delete":true}"""),
        OfProject("POST", "/schedules/{scheduleId}/pause", "{}"),
        OfProject("POST", "/schedules/{scheduleId}/resume", "{}"),
        OfProject("POST", "/schedules/{scheduleId}/run", "{}"),
        OfProject("POST", "/credentials", """{"auth":"eyJ1c2VybmFtZSI6InUiLCJwYXNzd29yZCI6InAiLCJlbWFpbCI6ImVAZSIsInNlcnZlcmFkZHJlc3MiOiJyOjUwMDAifQ=="}"""),
        OfProject("POST", "/credentials", """{"email":"e@e","username":"u","password":"p","serveraddress":"https://r:5000/v1/"}""") with { Wrap = AsAuth },
        OfProject("POST", "/codes", """{"name":"a","image":"i","command":"[\"sh\",\"-c\"]","config":"c","max_concurrency":2,"retries":3,"retries_delay":5,"default_priority":1,"env_vars":{"A":"1"},"stack":"s","runtime":"r","file_name":"f","lease_seconds":60,"max_losses":3,"options":[]}""") with { Wrap = AsData, Type = "multipart/form-data; boundary=b" },
        OfProject("POST", "/codes/{codeId}/pause_task_queue", "{}"),
        OfProject("POST", "/codes/{codeId}/resume_task_queue", "{}"),
        OfProject("POST", "/codes/{codeId}/cancel_all", "{}"),
        new("POST", "/2/clusters", """{"name":"c","memory":536870912,"disk_space":10737418240,"cpu_share":2,"max_timeout":7200,"autoscale":{}}"""),
        new("POST", "/2/clusters", """{"cluster":"c","disk":0,"autoscale":null}"""),
        new("PUT", "/2/clusters/{clusterId}", """{"name":"d","memory":536870912,"disk":10737418240,"cpu_share":0,"max_timeout":60}"""),
        new("POST", "/2/clusters/{clusterId}/share", """{"email":"{email}"}"""),
        new("POST", "/2/clusters/{clusterId}/unshare/{userId}", """{"user_id":"{userId}"}"""),
        new("POST", "/2/clusters/{clusterId}/terminate", """{"instance_ids":["{runnerId}"]}"""),
        new("POST", "/2/clusters/{clusterId}/pause", """{"instance_ids":["{runnerId}"]}"""),
        new("POST", "/2/clusters/{clusterId}/resume", """{"instance_ids":["{runnerId}"]}"""),
        new("POST", "/2/clusters/{clusterId}/tokens", "{}"),
        new("POST", "/runner/v1/enrol", """{"cluster_id":"{clusterId}","name":"n","version":"1","slots":2,"executor":"e","previous":{"session_id":"{runnerId}","credential":"c"}}""", "{cluster}"),
        new("POST", "/runner/v1/claim", """{"claim_key":"00112233445566778899aabbccddeeff","wanted":1,"repeated":false}""", "{session}"),
        new("POST", "/runner/v1/heartbeat", """{"leases":[{"lease":{lease},"phase":"running","digest":"d","message":"m"}]}""", "{session}"),
        new("POST", "/runner/v1/release", """{"leases":[{lease}],"leaving":false}""", "{session}"),
        new("POST", "/runner/v1/log", """{"pieces":[{"lease":{lease},"offset":0,"data":"YQ=="}]}""", "{session}"),
        new("POST", "/runner/v1/zip", """{"lease":{lease},"offset":0}""", "{session}"),
        new("POST", "/runner/v1/finish", """{"results":[{"lease":{lease},"status":"error","message":"m","exit_code":3,"duration_milliseconds":5,"retryable":true}]}""", "{session}"),
    ];

    /// <summary>Whether the task in the route is one that has ended.</summary>
    public bool Ended { get; init; }

    /// <summary>The query behind the path.</summary>
    public string Query { get; init; } = "";

    /// <summary>The path, with names in braces still.</summary>
    public string Path => (Ended ? Route.Replace("{taskId}", "{endedId}", StringComparison.Ordinal) : Route) + Query;

    private static JsonCall OfProject(string method, string rest, string body) =>
        new(method, "/2/projects/{projectId}" + rest, body);

    private static byte[] AsAuth(byte[] login) =>
        Encoding.ASCII.GetBytes($$"""{"auth":"{{Convert.ToBase64String(login)}}"}""");

    private static byte[] AsData(byte[] data) =>
        [.. "--b\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n"u8, .. data, .. "\r\n--b--\r\n"u8];
}
