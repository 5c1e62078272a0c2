namespace OrleansHybrid.Abstractions.Runners;

/// <summary>The result of a runner's call: a value, or why there is none.</summary>
/// <typeparam name="T">The answer of the protocol.</typeparam>
[GenerateSerializer, Immutable, Alias("hybrid.runner-reply`1")]
public sealed record RunnerReply<T>
    where T : class
{
    /// <summary>The status that the same call has over HTTP; 2xx means that the call was carried out.</summary>
    [Id(0)]
    public required int Status { get; init; }

    /// <summary>The answer; null when the call was rejected.</summary>
    [Id(1)]
    public T? Value { get; init; }

    /// <summary>Why it was rejected; null with an answer.</summary>
    [Id(2)]
    public string? Message { get; init; }

    /// <summary>After how many seconds the same call is welcome again; null when that is not said.</summary>
    [Id(3)]
    public int? RetryAfterSeconds { get; init; }
}
