using System.Text.Json;

namespace OrleansHybrid.QueueingApp;

/// <summary>What this app needs of the <c>connection.json</c> that <c>silo -- up</c> leaves.</summary>
internal sealed record Connection(string Url, string Token, string ProjectId)
{
    private static readonly JsonSerializerOptions Names = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static Connection Read(string path) =>
        JsonSerializer.Deserialize<Connection>(File.ReadAllText(path), Names)!;
}
