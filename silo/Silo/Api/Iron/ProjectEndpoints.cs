using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Projects, as far as the Iron API has them: seen, not made.</summary>
internal static class ProjectEndpoints
{
    public static void MapProjects(this RouteGroupBuilder api) =>
        api.MapGet("/projects", List).Describe<ProjectList>("listProjects", "The caller's projects");

    public static void MapProject(this RouteGroupBuilder project) =>
        project.MapGet("", Info).Describe<ProjectInfo>("project", "One project");

    private static async Task<ApiResult> Info(HttpContext http, NameResolver names) => ApiResult.Of(
        IronMapping.ToContract(await names.WithDefaultClusterAsync(http.Project(), http.RequestAborted)), IronJson.Default.ProjectInfo);

    private static async Task<ApiResult> List(HttpContext http, IProjectStore projects)
    {
        var mine = await projects.ListProjectsAsync(http.Caller().Id, http.RequestAborted);
        var answer = new ProjectList { Projects = [.. mine.Select(IronMapping.ToContract)] };
        return ApiResult.Of(answer, IronJson.Default.ProjectList);
    }
}
