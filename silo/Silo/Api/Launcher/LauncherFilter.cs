using OrleansHybrid.Launcher;

namespace OrleansHybrid.Silo.Api.Launcher;

/// <summary>Finds this silo's launcher; where it has none, there is nothing to be asked.</summary>
internal sealed class LauncherFilter : IEndpointFilter
{
    private static readonly ApiResult None = ApiResults.Message(
        "This silo has no launcher: ask one that was started with --launcher-policy", StatusCodes.Status404NotFound);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.RequestServices.GetService<ILauncherStatusProvider>() is not { } launcher)
        {
            return None;
        }

        http.Features.Set(launcher.Current);
        return await next(context);
    }
}
