namespace OrleansHybrid.Support.Iron;

/// <summary>What <see cref="FakeIron"/> answers once.</summary>
public sealed record FakeAnswer(int Status, string Body, string ContentType = "application/json")
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The connection breaks instead of an answer.</summary>
    public bool HangsUp { get; init; }

    /// <summary>The answer is held back until then.</summary>
    public Task Until { get; init; } = Task.CompletedTask;

    /// <summary>Completes when this answer was asked for.</summary>
    public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static FakeAnswer Json(string body) => new(200, body);

    public static FakeAnswer Text(string body, int status = 200) => new(status, body, "text/plain; charset=utf-8");

    /// <summary>A stream of server-sent events that then ends, or is cut.</summary>
    public static FakeAnswer Events(params string[] lines) =>
        new(200, string.Concat(lines.Select(line => $"{line}\n")), "text/event-stream");

    public static FakeAnswer Refusal(int status, string msg) => new(status, $$"""{"msg":"{{msg}}"}""");

    public static FakeAnswer HangUp() => new(0, "") { HangsUp = true };
}
