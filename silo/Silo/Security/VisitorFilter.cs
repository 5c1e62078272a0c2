using OrleansHybrid.Silo.Web;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Sets a cookie on the sign-in page that the form's token is bound to; it is another than the session's, which a
/// visit by a link from elsewhere, sent without cookies, must not overwrite.
/// </summary>
internal sealed class VisitorFilter(PageCookies cookies, AntiforgeryTokens forms) : IEndpointFilter
{
    private const string Cookie = "visitor";

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var id = cookies.Read(http, Cookie);
        if (id is not { Length: > 0 })
        {
            id = TokenHasher.NewToken();
            cookies.Write(http, Cookie, id);
        }

        http.Features.Set(new PageVisitor { Id = id, FormToken = forms.TokenFor(id) });
        return next(context);
    }
}
