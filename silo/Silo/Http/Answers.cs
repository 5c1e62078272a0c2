using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Silo.Clustering;

namespace OrleansHybrid.Silo.Http;

/// <summary>
/// Answers that are a message, on every path of this server; the one place where refusals get their status.
/// </summary>
internal static class Answers
{
    /// <summary>401: the request carries no credential.</summary>
    public static readonly JsonAnswer NoCredential = Message(
        "No token: send it in the header Authorization: OAuth TOKEN, or as ?oauth=TOKEN", 401);

    /// <summary>401: the credential opens nothing here.</summary>
    public static readonly JsonAnswer WrongCredential = Message("Invalid token", 401);

    /// <summary>A message and nothing else.</summary>
    public static JsonAnswer Message(string text, int status = StatusCodes.Status200OK) =>
        JsonAnswer.Of(new MessageAnswer { Msg = text }, IronJson.Default.MessageAnswer, status);

    /// <summary>404: there is no such thing, or the caller may not see it.</summary>
    public static JsonAnswer NotFound(string what) => Message($"{what} not found", StatusCodes.Status404NotFound);

    /// <summary>Why nothing was done and trying again helps; null when it does not.</summary>
    public static string? WhyComeAgain(Exception trouble) =>
        trouble is StoreUnavailableException ? "The database does not answer: come again"
        : trouble is ComeAgainException ? trouble.Message
        : OrleansHostingExtensions.MeansComeAgain(trouble) ? "A part of the control plane is changing its place: come again"
        : null;

    /// <summary>After how many seconds trying again helps, where it does.</summary>
    public static int SecondsUntilAgain(Exception trouble) =>
        (int)Math.Max(1, Math.Ceiling((trouble as ComeAgainException)?.After.TotalSeconds ?? 1));

    /// <summary>What a caller is told of trouble: 503 means that nothing was done and trying again helps, 500 a bug.</summary>
    public static JsonAnswer Of(Exception trouble) => trouble switch
    {
        RefusedException bad => Refused(bad.Refusal),
        BadHttpRequestException bad => Bare(bad.StatusCode),
        _ when WhyComeAgain(trouble) is { } why => Message(why, StatusCodes.Status503ServiceUnavailable),
        _ => Bare(StatusCodes.Status500InternalServerError),
    };

    /// <summary>A refusal with its status.</summary>
    public static JsonAnswer Refused(Refusal refusal) => Message(refusal.Message, StatusOf(refusal.Kind));

    /// <summary>The words for a status that nobody said anything about.</summary>
    public static JsonAnswer Bare(int status) => Message(Words(status), status);

    /// <summary>What a status is called that nobody said anything about.</summary>
    public static string Words(int status) => status switch
    {
        StatusCodes.Status404NotFound => "Not found",
        StatusCodes.Status405MethodNotAllowed => "Method not allowed",
        StatusCodes.Status408RequestTimeout => "The request took too long to arrive",
        StatusCodes.Status413PayloadTooLarge => "The request is too large",
        >= 500 => "Internal error",
        _ => "Bad request",
    };

    private static int StatusOf(RefusalKind kind) => kind switch
    {
        RefusalKind.NotFound => StatusCodes.Status404NotFound,
        RefusalKind.Invalid => StatusCodes.Status400BadRequest,
        RefusalKind.Missing => StatusCodes.Status406NotAcceptable,
        RefusalKind.Stale => StatusCodes.Status409Conflict,
        RefusalKind.Forbidden => StatusCodes.Status403Forbidden,
        RefusalKind.TooLarge => StatusCodes.Status413PayloadTooLarge,
        _ => throw new InvalidOperationException($"refusal kind {kind}"),
    };
}
