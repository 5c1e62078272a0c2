using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansHybrid.Runner.Sandboxes.Containers;

/// <summary>One request to an engine, and how long its answer may take.</summary>
internal sealed record DockerCall(HttpMethod Method, string Path, TimeSpan Timeout)
{
    /// <summary>What comes after the question mark.</summary>
    public string Query { get; init; } = "";

    /// <summary>The login for a registry, as engines take it; empty for none.</summary>
    public string RegistryAuth { get; init; } = "";

    /// <summary>What is sent along.</summary>
    public HttpContent? Body { get; init; }

    /// <summary>False for the one question that settles which version is spoken.</summary>
    public bool Versioned { get; init; } = true;

    /// <summary>True to be left alone with the connection after the answer's head.</summary>
    public bool Upgrade { get; init; }

    public static DockerCall Get(string path, TimeSpan timeout) => new(HttpMethod.Get, path, timeout);

    // A request that has a body, however empty, is never sent again behind our back when its connection breaks.
    public static DockerCall Post(string path, TimeSpan timeout) =>
        new(HttpMethod.Post, path, timeout) { Body = new ByteArrayContent([]) };

    /// <summary>The call with <paramref name="value"/> as its JSON body.</summary>
    public DockerCall WithJsonBody<T>(T value, JsonTypeInfo<T> type) => this with { Body = JsonContent.Create(value, type) };

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}";
}
