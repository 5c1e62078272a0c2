using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Standalone;

/// <summary>The details by which a client and a runner reach a control plane; kept in <c>connection.json</c>, for its owner only.</summary>
internal sealed record ConnectionDetails
{
    /// <summary>The control plane's public address.</summary>
    public required string Url { get; init; }

    /// <summary>The project made at first start.</summary>
    public required string ProjectId { get; init; }

    /// <summary>A user token for it.</summary>
    public required string Token { get; init; }

    /// <summary>The project's default cluster.</summary>
    public required string ClusterId { get; init; }

    /// <summary>The token that runners enrol with.</summary>
    public required string ClusterToken { get; init; }

    /// <summary>The store as text.</summary>
    public required string Store { get; init; }

    /// <summary>The details that an earlier start left in this folder; null when there are none, or none that can be read.</summary>
    public static ConnectionDetails? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(PathIn(folder)), ConnectionJson.Default.ConnectionDetails);
        }
        catch (Exception ex) when (ex is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// Writes it, and <c>iron.json</c> beside it, for their owner only. It has the other's keys, too: a published client that is given it
    /// calls this control plane, and never sends the token to the service that it would call by default.
    /// </summary>
    public void Write(string folder)
    {
        var iron = JsonSerializer.SerializeToNode(IronFile.Of(this), ConnectionJson.Default.IronFile)!.AsObject();
        var whole = JsonSerializer.SerializeToNode(this, ConnectionJson.Default.ConnectionDetails)!.AsObject();
        foreach (var (key, value) in iron)
        {
            whole[key] = value?.DeepClone();
        }

        AtomicPrivateFile.Write(PathIn(folder), Bytes(whole), replace: true);
        AtomicPrivateFile.Write(Path.Combine(folder, "iron.json"), Bytes(iron), replace: true);
    }

    private static byte[] Bytes(JsonObject keys) =>
        JsonSerializer.SerializeToUtf8Bytes(keys, ConnectionJson.Default.JsonObject);

    private static string PathIn(string folder) => Path.Combine(folder, "connection.json");
}

/// <summary>
/// The <c>iron.json</c> that all published clients read: each takes the keys that it knows. The port is a number and the version a text,
/// as the strictest of them wants.
/// </summary>
internal sealed record IronFile(
    string Token, string ProjectId, string Host, int Port, string Scheme, string Protocol, string ApiVersion)
{
    /// <summary>The keys that clients read of a connection.</summary>
    public static IronFile Of(ConnectionDetails connection)
    {
        var address = new Uri(connection.Url);
        return new IronFile(
            connection.Token, connection.ProjectId, address.Host, address.Port, address.Scheme, address.Scheme, ApiVersion: "2");
    }
}

/// <summary>The form of both files.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(ConnectionDetails))]
[JsonSerializable(typeof(IronFile))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class ConnectionJson : JsonSerializerContext;
