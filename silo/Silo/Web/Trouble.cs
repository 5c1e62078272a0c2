using Orleans.Hybrid.Domain.Steps;

namespace Orleans.Hybrid.Silo.Web;

/// <summary>What went wrong, as a page says it.</summary>
public sealed record TroubleModel(int Status, string Message);

/// <summary>Answers that are a page about trouble.</summary>
internal static class Trouble
{
    public static IResult Page(int status, string message) =>
        new PageAnswer<TroublePage, TroubleModel>(new TroubleModel(status, message), status);

    /// <summary>404: there is no such thing, or the caller may not see it.</summary>
    public static IResult NotFound(string what) => Page(StatusCodes.Status404NotFound, $"{what} not found.");

    /// <summary>What a command was refused for.</summary>
    public static IResult Refused(Refusal refusal) => refusal.Kind == RefusalKind.NotFound
        ? NotFound("Task")
        : Page(StatusCodes.Status409Conflict, refusal.Message);
}
