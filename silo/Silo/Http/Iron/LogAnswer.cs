using Orleans.Hybrid.Domain.Tasks;

namespace Orleans.Hybrid.Silo.Http.Iron;

/// <summary>One attempt's log as it stands, streamed.</summary>
internal sealed class LogAnswer(ILogStore logs, TaskId task, int attempt) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, cancel) = (httpContext.Response, httpContext.RequestAborted);

        // Read before the answer begins, so that a database that is away can still be told.
        var piece = await logs.ReadAsync(task, attempt, 0, cancel);
        response.ContentType = "text/plain; charset=utf-8";
        for (var offset = 0L; piece.Length > 0; piece = await logs.ReadAsync(task, attempt, offset, cancel))
        {
            await response.Body.WriteAsync(piece, cancel);
            offset += piece.Length;
        }
    }
}
