using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Silo.Api;

namespace OrleansHybrid.Silo.Security;

/// <summary>Finds the code in the path, also a deleted one; one of another project is not there.</summary>
internal sealed class CodeFilter(ICodeStore codes) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Request.RouteValues["codeId"] is not string id
            || !TimeOrderedId.IsWellFormed(id)
            || await codes.FindAsync(http.Project().Id, id, http.RequestAborted) is not { } code)
        {
            return ApiResults.NotFound("Code");
        }

        http.Features.Set(code);
        return await next(context);
    }
}

/// <summary>For what is read of a code: a deleted one is not there, though it can still be resumed and its tasks cancelled.</summary>
internal sealed class ActiveCodeFilter : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Code().ArchivedAt is null ? await next(context) : ApiResults.NotFound("Code");
}
