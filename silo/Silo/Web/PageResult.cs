using System.Text;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Diagnostics;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Silo.Api;

namespace OrleansHybrid.Silo.Web;

/// <summary>A page, rendered here and now into plain HTML.</summary>
internal sealed class PageResult<TPage, TModel>(TModel model, int status = StatusCodes.Status200OK) : IResult
    where TPage : Page<TModel>
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(Page<>.PageVisitor)] = await FindVisitorAsync(httpContext),
            [nameof(Page<>.Model)] = model,
        });
        var html = await renderer.Dispatcher.InvokeAsync(
            async () => (await renderer.RenderComponentAsync<TPage>(parameters)).ToHtmlString());

        var body = Encoding.UTF8.GetBytes(html);
        var response = httpContext.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    private static async Task<PageVisitor> FindVisitorAsync(HttpContext http)
    {
        // A page about a fault asks nothing of the database.
        var user = http.Features.Get<IExceptionHandlerFeature>() is null or { Error: ApiException } ? http.Features.Get<User>() : null;
        var services = http.RequestServices;
        return new PageVisitor
        {
            FormToken = () => services.GetRequiredService<IAntiforgery>().GetAndStoreTokens(http).RequestToken!,
            User = user,
            Projects = user is null ? [] : await services.GetRequiredService<IProjectStore>().ListProjectsAsync(user.Id, http.RequestAborted),
            Project = http.Features.Get<Project>(),
        };
    }
}
