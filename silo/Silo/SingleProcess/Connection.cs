using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Hybrid.Silo.Security;

namespace Orleans.Hybrid.Silo.SingleProcess;

/// <summary>What a client and a runner need to reach a control plane; kept in <c>connection.json</c>, for its owner only.</summary>
internal sealed record Connection
{
    /// <summary>The control plane's public address.</summary>
    public required string Url { get; init; }

    /// <summary>The project made at first start.</summary>
    public required string ProjectId { get; init; }

    /// <summary>A user token for it.</summary>
    public required string Token { get; init; }

    /// <summary>The project's default cluster.</summary>
    public required string ClusterId { get; init; }

    /// <summary>What runners enrol with.</summary>
    public required string ClusterToken { get; init; }

    /// <summary>The store in words.</summary>
    public required string Store { get; init; }

    /// <summary>What an earlier start left in this folder; null when that is nothing, or nothing that can be read.</summary>
    public static Connection? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(PathIn(folder)), ConnectionJson.Default.Connection);
        }
        catch (Exception trouble) when (trouble is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it for its owner only.</summary>
    public void Write(string folder) => OwnersFile.Write(
        PathIn(folder), JsonSerializer.SerializeToUtf8Bytes(this, ConnectionJson.Default.Connection), replace: true);

    private static string PathIn(string folder) => Path.Combine(folder, "connection.json");
}

/// <summary>The form of <c>connection.json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(Connection))]
internal sealed partial class ConnectionJson : JsonSerializerContext;
