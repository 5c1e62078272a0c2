using System.Text.Json.Serialization;
using OrleansHybrid.Domain.Launching;
using OrleansHybrid.Silo.Http;

namespace OrleansHybrid.Silo.Nimbix.Door;

/// <summary>Why a call comes to nothing: what the audit is told, and what the caller is.</summary>
internal sealed record Refusal(string Reason, int Status, TroubleTelling Telling, TimeSpan? RetryAfter = null) : IResult
{
    /// <summary>Who calls from the wrong place, or can't show who it is: all are told the same.</summary>
    public static Refusal Stranger(string reason) => new(reason, StatusCodes.Status403Forbidden, new TroubleTelling("refused"));

    /// <summary>A field that breaks its rule.</summary>
    public static Refusal Field(string field, string rule) =>
        new($"field {field}", StatusCodes.Status400BadRequest, new TroubleTelling("invalid_field", field, rule));

    /// <summary>Too often, or shut out.</summary>
    public static Refusal TooOften(string reason, TimeSpan wait) =>
        new(reason, StatusCodes.Status429TooManyRequests, new TroubleTelling("too_many_calls"), wait);

    /// <summary>Nothing can be launched now.</summary>
    public static Refusal NotNow(string code, TimeSpan? wait = null) =>
        new(code, StatusCodes.Status503ServiceUnavailable, new TroubleTelling(code), wait);

    /// <summary>No launch of this caller has that id.</summary>
    public static Refusal Unknown() => new("unknown launch", StatusCodes.Status404NotFound, new TroubleTelling("not_found"));

    /// <summary>What the launcher grain said, where that was no.</summary>
    public static Refusal Of(LaunchAnswer answer) => answer switch
    {
        { Problem: { } problem } => Field(problem.Field, problem.Rule),
        { Outcome: LaunchOutcome.NonceUsed } => Stranger("nonce used"),
        { Outcome: LaunchOutcome.CredentialUnknown } => Stranger("credential"),
        _ => NotNow(LaunchWords.Of(answer.Outcome), answer.Outcome switch
        {
            LaunchOutcome.NoncesFull or LaunchOutcome.ProviderAway => TimeSpan.FromMinutes(1),
            LaunchOutcome.CapReached => answer.RetryAfter ?? TimeSpan.FromSeconds(30),
            _ => answer.RetryAfter,
        }),
    };

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (RetryAfter is { } wait)
        {
            httpContext.Response.Headers.RetryAfter = $"{Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds))}";
        }

        return JsonAnswer.Of(Telling, DoorJson.Default.TroubleTelling, Status).ExecuteAsync(httpContext);
    }
}

/// <summary>What a caller is told of a refusal; field and rule where it is about one.</summary>
internal sealed record TroubleTelling(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("field")] string? Field = null,
    [property: JsonPropertyName("rule")] string? Rule = null);
