using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>The IronWorker v2 API, for published clients.</summary>
internal static class IronEndpoints
{
    public static void MapIron(this WebApplication app)
    {
        var api = app.MapGroup("/2").RequireAuthorization(SecurityServices.Users);
        api.MapProjects();
        api.MapClusters();
        api.MapStacks();

        var project = api.MapGroup("/projects/{projectId}").AddEndpointFilter<ProjectFilter>();
        project.MapProject();
        project.MapCodes();
        project.MapRegistries();
        project.MapTasks();
        project.MapTaskCommands();
        project.MapSchedules();
    }
}
