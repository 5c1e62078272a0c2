namespace OrleansHybrid.Support.Iron;

/// <summary>One answer of <see cref="FakeIronServer"/>.</summary>
public sealed record FakeResponse(int Status, string Body, string ContentType = "application/json")
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The connection breaks instead of an answer.</summary>
    public bool AbortsConnection { get; init; }

    /// <summary>The answer is held back until then.</summary>
    public Task HeldUntil { get; init; } = Task.CompletedTask;

    /// <summary>Completes when this answer was asked for.</summary>
    public TaskCompletionSource Requested { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static FakeResponse Json(string body) => new(200, body);

    public static FakeResponse Text(string body, int status = 200) => new(status, body, "text/plain; charset=utf-8");

    /// <summary>A stream of server-sent events that then ends, or is cut.</summary>
    public static FakeResponse Events(params string[] lines) =>
        new(200, string.Concat(lines.Select(line => $"{line}\n")), "text/event-stream");

    public static FakeResponse Error(int status, string msg) => new(status, $$"""{"msg":"{{msg}}"}""");

    public static FakeResponse Abort() => new(0, "") { AbortsConnection = true };
}
