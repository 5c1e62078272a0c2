using System.Text.Json;

namespace OrleansHybrid.QueueingApp;

/// <summary>The part of the <c>connection.json</c> that <c>silo -- up</c> leaves.</summary>
internal sealed record ConnectionDetails(string Url, string Token, string ProjectId)
{
    private static readonly JsonSerializerOptions Names = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static ConnectionDetails Read(string path) =>
        JsonSerializer.Deserialize<ConnectionDetails>(File.ReadAllText(path), Names)!;
}
