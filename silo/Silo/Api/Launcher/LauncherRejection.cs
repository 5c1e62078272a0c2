using System.Text.Json.Serialization;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>A rejected call: the reason for the audit, and the response to the caller.</summary>
internal sealed record LauncherRejection(string Reason, int Status, LaunchErrorResponse Body, TimeSpan? RetryAfter = null) : IResult
{
    /// <summary>For a wrong address or failed authentication: the same response for all.</summary>
    public static LauncherRejection Forbidden(string reason) => new(reason, StatusCodes.Status403Forbidden, new LaunchErrorResponse("refused"));

    /// <summary>A field that breaks its rule.</summary>
    public static LauncherRejection InvalidField(string field, string rule) =>
        new($"field {field}", StatusCodes.Status400BadRequest, new LaunchErrorResponse("invalid_field", field, rule));

    /// <summary>Too often, or shut out.</summary>
    public static LauncherRejection RateLimited(string reason, TimeSpan retryAfter) =>
        new(reason, StatusCodes.Status429TooManyRequests, new LaunchErrorResponse("too_many_calls"), retryAfter);

    /// <summary>Nothing can be launched now.</summary>
    public static LauncherRejection Unavailable(string code, TimeSpan? retryAfter = null) =>
        new(code, StatusCodes.Status503ServiceUnavailable, new LaunchErrorResponse(code), retryAfter);

    /// <summary>No launch of this caller has that id.</summary>
    public static LauncherRejection NotFound() => new("unknown launch", StatusCodes.Status404NotFound, new LaunchErrorResponse("not_found"));

    /// <summary>Maps a rejection by the launcher grain.</summary>
    public static LauncherRejection Of(LaunchResult answer) => answer switch
    {
        { Problem: { } problem } => InvalidField(problem.Field, problem.Rule),
        { Outcome: LaunchOutcome.NonceUsed } => Forbidden("nonce used"),
        { Outcome: LaunchOutcome.CredentialUnknown } => Forbidden("credential"),
        _ => Unavailable(LaunchStateNames.Of(answer.Outcome), answer.Outcome switch
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

        return ApiResult.Of(Body, LaunchJsonContext.Default.LaunchErrorResponse, Status).ExecuteAsync(httpContext);
    }
}

/// <summary>The response to a rejected call, with field and rule where it is about one.</summary>
internal sealed record LaunchErrorResponse(
    [property: JsonPropertyName("error")] string Error,
    [property: JsonPropertyName("field")] string? Field = null,
    [property: JsonPropertyName("rule")] string? Rule = null);
