using Microsoft.AspNetCore.Antiforgery;
using OrleansHybrid.Silo.Api;
using OrleansHybrid.Silo.Web;

namespace OrleansHybrid.Silo.Security;

/// <summary>Rejects changes that were not sent from a form of this visit.</summary>
internal sealed class AntiforgeryFilter(IAntiforgery antiforgery) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (!HttpMethods.IsGet(http.Request.Method))
        {
            await RequestBody.BufferAsync(http.Request, http.RequestAborted);
            try
            {
                await antiforgery.ValidateRequestAsync(http);
            }
            catch (AntiforgeryValidationException)
            {
                return ErrorPages.Create(
                    StatusCodes.Status400BadRequest, "This form is out of date: go back, reload, and send it again.");
            }
        }

        return await next(context);
    }
}
