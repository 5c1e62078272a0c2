namespace OrleansHybrid.Abstractions;

/// <summary>What a runner's call came to: a value, or why there is none.</summary>
/// <typeparam name="T">The answer of the protocol.</typeparam>
public sealed record RunnerReply<T>
    where T : class
{
    /// <summary>The status that the same call has over HTTP; 2xx means that the call was carried out.</summary>
    public required int Status { get; init; }

    /// <summary>The answer; null when the call was refused.</summary>
    public T? Value { get; init; }

    /// <summary>Why it was refused; null with an answer.</summary>
    public string? Message { get; init; }

    /// <summary>After how many seconds the same call is welcome again; null when that is not said.</summary>
    public int? RetryAfterSeconds { get; init; }
}
