using OrleansHybrid.Silo.Api;
using OrleansHybrid.Silo.Web;

namespace OrleansHybrid.Silo.Security;

/// <summary>Rejects changes that were not sent from a form of this visit.</summary>
internal sealed class AntiforgeryFilter(AntiforgeryTokens forms) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        return HttpMethods.IsGet(http.Request.Method) || forms.IsValid(http.PageVisitor().Id, await TokenAsync(http))
            ? await next(context)
            : ErrorPages.Create(
                StatusCodes.Status400BadRequest, "This form is out of date: go back, reload, and send it again.");
    }

    private static async Task<string?> TokenAsync(HttpContext http)
    {
        if (!http.Request.HasFormContentType)
        {
            return null;
        }

        await RequestBody.BufferAsync(http.Request, http.RequestAborted);
        try
        {
            return (await http.Request.ReadFormAsync(http.RequestAborted))[AntiforgeryTokens.Field].ToString();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
