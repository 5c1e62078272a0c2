namespace OrleansHybrid.Abstractions.Apps;

/// <summary>The result of an app's call: a value, or why there is none.</summary>
/// <typeparam name="T">The value.</typeparam>
[GenerateSerializer, Immutable, Alias("hybrid.app-result`1")]
public sealed record AppResult<T>
    where T : class
{
    /// <summary>The value; null when the call was rejected.</summary>
    [Id(0)]
    public T? Value { get; init; }

    /// <summary>Why it was rejected; null with a value.</summary>
    [Id(1)]
    public AppRejection? Rejection { get; init; }
}

/// <summary>Why a call was rejected, in the words that the same call gets over HTTPS.</summary>
[GenerateSerializer, Immutable, Alias("hybrid.app-rejection")]
public sealed record AppRejection
{
    /// <summary>The status that the same call has over HTTPS, such as 401, 404 or 503; only after 503 nothing was done and trying again helps.</summary>
    [Id(0)]
    public required int Status { get; init; }

    /// <summary>The reason, for people.</summary>
    [Id(1)]
    public required string Message { get; init; }
}
