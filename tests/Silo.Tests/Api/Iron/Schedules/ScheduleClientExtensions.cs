using System.Text.Json;
using OrleansHybrid.Silo.Tests.Support;

namespace OrleansHybrid.Silo.Tests.Api.Iron.Schedules;

/// <summary>Short ways to what tests of schedules ask.</summary>
internal static class ScheduleClientExtensions
{
    public static Task<ApiResponse> PostSchedulesAsync(this Tenant tenant, string body) =>
        tenant.Api.PostAsync($"{tenant.Project}/schedules", body);

    /// <summary>Makes one schedule of code hello, with more fields if given; its id.</summary>
    public static async Task<string> ScheduleAsync(this Tenant tenant, string fields = "\"run_every\":3600,\"delay\":3600")
    {
        var reply = await tenant.PostSchedulesAsync(
            $$"""{"schedules":[{"code_name":"hello","payload":"{}",{{fields}}}]}""");
        return reply.Ok().GetProperty("schedules")[0].GetProperty("id").GetString()!;
    }

    public static async Task<JsonElement> InfoAsync(this Tenant tenant, string id) =>
        (await tenant.Api.GetAsync($"{tenant.Project}/schedules/{id}")).Ok();

    public static async Task<string> StatusAsync(this Tenant tenant, string id) =>
        (await tenant.InfoAsync(id)).GetProperty("status").GetString()!;

    public static Task<ApiResponse> PostCommandAsync(this Tenant tenant, string id, string verb, string body = "") =>
        tenant.Api.PostAsync($"{tenant.Project}/schedules/{id}/{verb}", body);

    public static Task<ApiResponse> PutAsync(this Tenant tenant, string id, string body) => tenant.Api.SendAsync(
        HttpMethod.Put, $"{tenant.Project}/schedules/{id}", new StringContent(body));

    public static async Task<IReadOnlyList<JsonElement>> RunsAsync(this Tenant tenant, string id, string query = "")
    {
        var list = (await tenant.Api.GetAsync($"{tenant.Project}/schedules/{id}/runs?{query}")).Ok();
        return [.. list.GetProperty("tasks").EnumerateArray()];
    }

    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString()!;

    public static int Int(this JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
