using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Silo.Web;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Finds the cluster in the path. For whom it is not, it is not there, like one that never was: also for a user whom it is
/// shared with, where only its owner may do something.
/// </summary>
internal sealed class ClusterFilter(bool shared) : IEndpointFilter
{
    /// <summary>For its owner only.</summary>
    public static ClusterFilter Own { get; } = new(shared: false);

    /// <summary>For its owner, and for whom it is shared with.</summary>
    public static ClusterFilter Usable { get; } = new(shared: true);

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var clusters = http.RequestServices.GetRequiredService<IClusterStore>();
        var (id, user) = ((string)http.Request.RouteValues["clusterId"]!, http.Caller().Id);
        var found = shared ? await clusters.FindUsableAsync(user, id, http.RequestAborted)
            : TimeOrderedId.IsWellFormed(id) ? await clusters.FindAsync(id, http.RequestAborted)
            : null;
        if (found is null || (!shared && found.UserId != user))
        {
            return ErrorPages.NotFound(http, "Cluster");
        }

        http.Features.Set(found);
        return await next(context);
    }
}
