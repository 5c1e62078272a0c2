using OrleansHybrid.Domain.Tasks;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>The standard output of one attempt, streamed.</summary>
internal sealed class StdoutResult(ILogStore logs, TaskState task) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, cancel) = (httpContext.Response, httpContext.RequestAborted);

        // Read before the response starts, so that a database failure can still be reported.
        var piece = await logs.ReadOutputAsync(task.Id, task.Attempt, offset: 0, cancel);
        response.ContentType = "text/plain; charset=utf-8";
        for (var end = 0L; piece.End > end;)
        {
            await response.Body.WriteAsync(piece.Data, cancel);
            end = piece.End;
            piece = await logs.ReadOutputAsync(task.Id, task.Attempt, end, cancel);
        }
    }
}
