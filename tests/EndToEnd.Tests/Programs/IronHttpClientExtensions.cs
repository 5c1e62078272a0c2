using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OrleansHybrid.EndToEnd.Tests.Programs;

/// <summary>The calls of the Iron API that these tests make.</summary>
internal static class IronHttpClientExtensions
{
    /// <summary>Uploads a code package by image.</summary>
    public static async Task UploadAsync(
        this HttpClient iron, string name, string command, int leaseSeconds = 60, string image = "some/image")
    {
        var code = new JsonObject
        {
            ["name"] = name,
            ["image"] = image,
            ["command"] = command,
            ["lease_seconds"] = leaseSeconds,
        };
        await iron.UploadAsync(code);
    }

    /// <summary>Uploads a code package as it is given, with a zip when there is one.</summary>
    public static async Task UploadAsync(this HttpClient iron, JsonObject code, byte[]? zip = null)
    {
        using var form = new MultipartFormDataContent { { JsonContent.Create(code), "data" } };
        if (zip is not null)
        {
            form.Add(new ByteArrayContent(zip), "file", "worker.zip");
        }

        using var answer = await iron.PostAsync(new Uri("codes", UriKind.Relative), form);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Queues one task; gives its id.</summary>
    public static async Task<string> QueueAsync(
        this HttpClient iron, string code, string payload = "", string cluster = "", string label = "")
    {
        var task = new JsonObject
        {
            ["code_name"] = code,
            ["payload"] = payload,
            ["cluster"] = cluster,
            ["label"] = label,
        };
        var body = new JsonObject { ["tasks"] = new JsonArray(task) };
        using var answer = await iron.PostAsJsonAsync("tasks", body);
        answer.EnsureSuccessStatusCode();
        var queued = await answer.Content.ReadFromJsonAsync<JsonNode>();
        return queued!["tasks"]![0]!["id"]!.GetValue<string>();
    }

    /// <summary>Cancels a task.</summary>
    public static async Task CancelAsync(this HttpClient iron, string id)
    {
        using var answer = await iron.PostAsync(new Uri($"tasks/{id}/cancel", UriKind.Relative), null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Asks until the task has this status or phase; the test's timeout ends it.</summary>
    public static async Task<JsonNode> WaitForStatusAsync(this HttpClient iron, string id, string status)
    {
        while (true)
        {
            var task = await iron.GetFromJsonAsync<JsonNode>($"tasks/{id}");
            var now = task!["status"]!.GetValue<string>();
            if (now == status || task["phase"]!.GetValue<string>() == status)
            {
                return task;
            }

            Assert.True(now is "queued" or "preparing" or "running", $"task {id} is {now}, not {status}: {task}");
        }
    }

    /// <summary>Asks until the task's program has written something: it counts as running a moment before it starts.</summary>
    public static async Task WaitForOutputAsync(this HttpClient iron, string id)
    {
        while (true)
        {
            using var log = await iron.GetAsync(new Uri($"tasks/{id}/log", UriKind.Relative));
            if (log.IsSuccessStatusCode && (await log.Content.ReadAsByteArrayAsync()).Length > 0)
            {
                return;
            }

            Assert.Contains((await iron.GetFromJsonAsync<JsonNode>($"tasks/{id}"))!["status"]!.GetValue<string>(), new[] { "queued", "running" });
        }
    }

    /// <summary>Asks until the task has ended, however.</summary>
    public static async Task<JsonNode> WaitForEndAsync(this HttpClient iron, string id)
    {
        while (true)
        {
            var task = await iron.GetFromJsonAsync<JsonNode>($"tasks/{id}");
            if (task!["status"]!.GetValue<string>() is not ("queued" or "preparing" or "running"))
            {
                return task;
            }
        }
    }
}
