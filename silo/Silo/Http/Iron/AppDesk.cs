using OrleansHybrid.AppDoor;
using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Tasks;
using OrleansHybrid.Grains.Projects;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>
/// The rim for what comes through a project's grain, as <see cref="RequestRim"/> is for HTTP: behind it is the same desk, and
/// whatever goes wrong inside is an answer.
/// </summary>
internal sealed partial class AppDesk(TaskDesk desk, TaskNames names, ILogStore logs, Lookups lookups, ILogger<AppDesk> log)
    : IAppDesk
{
    public Task<AppAnswer> QueueAsync(string token, string projectId, byte[] request) => AnswerAsync(token, projectId, async project => Of(
        request.Length > TaskDesk.LargestQueueRequest
            ? Answers.Bare(StatusCodes.Status413PayloadTooLarge)
            : await desk.QueueAsync(project, RequestBody.Parse(request), CancellationToken.None)));

    public Task<AppAnswer> FindAsync(string token, string projectId, string taskId) => AnswerAsync(
        token, projectId, async project => Of(await desk.FindAsync(project.Id, taskId, CancellationToken.None)));

    public Task<AppAnswer> LogAsync(string token, string projectId, string taskId, long offset) => AnswerAsync(token, projectId, async project =>
    {
        var (task, none) = await desk.FindLogAsync(project.Id, taskId, CancellationToken.None);
        return task is null
            ? Of(none!)
            : new AppAnswer(
                StatusCodes.Status200OK, await logs.ReadAsync(task.Id, task.Attempt, offset, CancellationToken.None));
    });

    public Task<AppAnswer> CancelAsync(string token, string projectId, string taskId) => AnswerAsync(
        token, projectId, async project => Of(await desk.CancelAsync(project.Id, taskId)));

    public Task<AppAnswer> FindCodeAsync(string token, string projectId, string name) => AnswerAsync(token, projectId, async project =>
    {
        var code = await names.CodeAsync(project, "", name, CancellationToken.None);
        return Of(JsonAnswer.Of(IronMapping.Show(code), IronJson.Default.CodeInfo));
    });

    public Task<AppAnswer> FindClusterAsync(string token, string projectId, string? idOrName) => AnswerAsync(token, projectId, async project =>
    {
        var cluster = await names.ClusterAsync(project, "", idOrName, CancellationToken.None);
        var answer = new ClusterAnswer { Cluster = IronMapping.Show(cluster) };
        return Of(JsonAnswer.Of(answer, IronJson.Default.ClusterAnswer));
    });

    private async Task<AppAnswer> AnswerAsync(string token, string projectId, Func<Project, Task<AppAnswer>> ask)
    {
        try
        {
            if (string.IsNullOrEmpty(token))
            {
                return Of(Answers.NoCredential);
            }

            return await lookups.CallerAsync(token, CancellationToken.None) is not { } user ? Of(Answers.WrongCredential)
                : await lookups.ProjectOfAsync(user, projectId, CancellationToken.None) is not { } project ? Of(Answers.NotFound("Project"))
                : await ask(project);
        }
        catch (RefusedException ex)
        {
            return Of(Answers.Refused(ex.Refusal));
        }
        catch (Exception ex) when (Answers.WhyComeAgain(ex) is { } why)
        {
            return Of(Answers.Message(why, StatusCodes.Status503ServiceUnavailable));
        }
        catch (Exception ex)
        {
            Failed(projectId, ex);
            return Of(Answers.Bare(StatusCodes.Status500InternalServerError));
        }
    }

    private static AppAnswer Of(JsonAnswer answer) => new(answer.Status, answer.Body);

    [LoggerMessage(1, LogLevel.Error, "A grain client's call about project {ProjectId} failed: this is a bug")]
    private partial void Failed(string projectId, Exception trouble);
}
