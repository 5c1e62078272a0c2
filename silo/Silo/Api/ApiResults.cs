using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Silo.Clustering;

namespace OrleansHybrid.Silo.Api;

/// <summary>
/// Results that are a message, for all endpoints; the one place where errors get their status.
/// </summary>
internal static class ApiResults
{
    /// <summary>401: the request carries no credential.</summary>
    public static readonly ApiResult NoCredential = Message(
        "No token: send it in the header Authorization: OAuth TOKEN, or as ?oauth=TOKEN", 401);

    /// <summary>401: the credential opens nothing here.</summary>
    public static readonly ApiResult WrongCredential = Message("Invalid token", 401);

    /// <summary>A message and nothing else.</summary>
    public static ApiResult Message(string text, int status = StatusCodes.Status200OK) =>
        ApiResult.Of(new MessageResponse { Msg = text }, IronJson.Default.MessageResponse, status);

    /// <summary>404: there is no such thing, or the caller may not see it.</summary>
    public static ApiResult NotFound(string what) => Message($"{what} not found", StatusCodes.Status404NotFound);

    /// <summary>Why nothing was done and trying again helps; null when it does not.</summary>
    public static string? GetRetryReason(Exception exception) =>
        exception is StoreUnavailableException ? "The database is not available: retry later"
        : exception is RetryLaterException ? exception.Message
        : OrleansHostingExtensions.IsTransient(exception) ? "A part of the control plane is moving to another silo: retry later"
        : null;

    /// <summary>After how many seconds trying again helps, where it does.</summary>
    public static int GetRetryAfterSeconds(Exception exception) =>
        (int)Math.Max(1, Math.Ceiling((exception as RetryLaterException)?.RetryAfter.TotalSeconds ?? 1));

    /// <summary>The result for an exception: 503 means that nothing was done and a retry helps, 500 a bug.</summary>
    public static ApiResult FromException(Exception exception) => exception switch
    {
        ApiException bad => FromError(bad.Error),
        BadHttpRequestException bad => FromStatus(bad.StatusCode),
        _ when GetRetryReason(exception) is { } why => Message(why, StatusCodes.Status503ServiceUnavailable),
        _ => FromStatus(StatusCodes.Status500InternalServerError),
    };

    /// <summary>An error with its status.</summary>
    public static ApiResult FromError(DomainError error) => Message(error.Message, StatusOf(error.Kind));

    /// <summary>The default message of a status.</summary>
    public static ApiResult FromStatus(int status) => Message(DefaultMessage(status), status);

    /// <summary>The default message of a status.</summary>
    public static string DefaultMessage(int status) => status switch
    {
        StatusCodes.Status404NotFound => "Not found",
        StatusCodes.Status405MethodNotAllowed => "Method not allowed",
        StatusCodes.Status408RequestTimeout => "The request took too long to arrive",
        StatusCodes.Status413PayloadTooLarge => "The request is too large",
        >= 500 => "Internal error",
        _ => "Bad request",
    };

    private static int StatusOf(ErrorKind kind) => kind switch
    {
        ErrorKind.NotFound => StatusCodes.Status404NotFound,
        ErrorKind.Invalid => StatusCodes.Status400BadRequest,
        ErrorKind.Missing => StatusCodes.Status406NotAcceptable,
        ErrorKind.Stale => StatusCodes.Status409Conflict,
        ErrorKind.Forbidden => StatusCodes.Status403Forbidden,
        ErrorKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        _ => throw new InvalidOperationException($"error kind {kind}"),
    };
}
