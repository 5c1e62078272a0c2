using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansHybrid.Fakes;

/// <summary>An answer.</summary>
internal sealed record FakeReply(int Status, string ContentType, string Body)
{
    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, IndentSize = 4 };

    public static FakeReply Json(JsonNode body) => new(200, "application/json", body.ToJsonString(Pretty) + "\n");

    public static FakeReply Text(string body) => new(200, "text/plain; charset=utf-8", body);

    public static FakeReply Error(int status, string text) =>
        new(status, "application/json", new JsonObject { ["error"] = text }.ToJsonString(Pretty) + "\n");
}
