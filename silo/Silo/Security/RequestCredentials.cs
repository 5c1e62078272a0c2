using System.Net.Http.Headers;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Codes;
using OrleansHybrid.Domain.Projects;
using OrleansHybrid.Domain.Runners;

namespace OrleansHybrid.Silo.Security;

/// <summary>Where requests carry their credential, and whom it was found to be.</summary>
internal static class RequestCredentials
{
    /// <summary>The role of operators.</summary>
    public const string OperatorRole = "operator";

    /// <summary>The user token: in the header, or, as published clients do it, in the query.</summary>
    public static string? UserToken(HttpRequest request) =>
        FromHeader(request) ?? (request.Query["oauth"] is [{ Length: > 0 } token] ? token : null);

    /// <summary>A runner's credential or a cluster token: in the header only.</summary>
    public static string? FromHeader(HttpRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
        && header is { Parameter.Length: > 0 }
        && (IsScheme(header, "OAuth") || IsScheme(header, "Bearer"))
            ? header.Parameter
            : null;

    /// <summary>A user as the framework's authorization knows them.</summary>
    public static ClaimsPrincipal PrincipalOf(User user, string scheme)
    {
        var id = new Claim(ClaimTypes.NameIdentifier, user.Id);
        return new ClaimsPrincipal(new ClaimsIdentity(user.IsOperator ? [id, new Claim(ClaimTypes.Role, OperatorRole)] : [id], scheme));
    }

    /// <summary>The user whose token the request carries.</summary>
    public static User Caller(this HttpContext http) => http.Features.GetRequiredFeature<User>();

    /// <summary>The project in the path, which the caller may see.</summary>
    public static Project Project(this HttpContext http) => http.Features.GetRequiredFeature<Project>();

    /// <summary>The code in the path, which is the project's own.</summary>
    public static CodePackage Code(this HttpContext http) => http.Features.GetRequiredFeature<CodePackage>();

    /// <summary>The cluster in the path, with which the caller may do what is asked.</summary>
    public static ClusterSettings Cluster(this HttpContext http) => http.Features.GetRequiredFeature<ClusterSettings>();

    /// <summary>The runner session whose credential the request carries.</summary>
    public static RunnerSession Session(this HttpContext http) => http.Features.GetRequiredFeature<RunnerSession>();

    private static bool IsScheme(AuthenticationHeaderValue header, string scheme) =>
        header.Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase);
}
