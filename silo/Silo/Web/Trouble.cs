using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Silo.Http;

namespace OrleansHybrid.Silo.Web;

/// <summary>What went wrong, as a page says it.</summary>
public sealed record TroubleModel(int Status, string Message);

/// <summary>Answers that are a page about trouble.</summary>
internal static class Trouble
{
    private static readonly string[] Apis = ["/2", "/runner", "/launcher"];

    public static IResult Page(int status, string message) =>
        new PageAnswer<TroublePage, TroubleModel>(new TroubleModel(status, message), status);

    /// <summary>What a request ends with that nothing has answered: a page for a browser that wants one, the API's words for everybody else.</summary>
    public static Task AnswerAsync(HttpContext http, int status)
    {
        var (request, answer) = (http.Request, Answers.Bare(status));
        if (!HttpMethods.IsGet(request.Method)
            || Apis.Any(api => request.Path.StartsWithSegments(api))
            || !request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            return answer.ExecuteAsync(http);
        }

        PageFilter.AddHeaders(http.Response.Headers);
        return Page(status, status == StatusCodes.Status404NotFound ? "There is no such page." : Answers.Words(status)).ExecuteAsync(http);
    }

    /// <summary>404: there is no such thing, or the caller may not see it.</summary>
    public static IResult NotFound(string what) => Page(StatusCodes.Status404NotFound, $"{what} not found.");

    /// <summary>What a command was refused for.</summary>
    public static IResult Refused(Refusal refusal) => refusal.Kind == RefusalKind.NotFound
        ? NotFound("Task")
        : Page(StatusCodes.Status409Conflict, refusal.Message);
}
