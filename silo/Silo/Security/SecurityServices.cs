using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Security;

/// <summary>Who may call: a scheme for each kind of path, and authorization that closes every endpoint that is not marked as anonymous.</summary>
internal static class SecurityServices
{
    private const string ByPath = "by path";
    private const string UserToken = "user token";
    private const string RunnerSession = "runner session";
    private const string Operator = "operator";

    /// <summary>Demands an operator.</summary>
    public static AuthorizationPolicy Operators { get; } =
        new AuthorizationPolicyBuilder().RequireRole(RequestCredentials.OperatorRole).Build();

    public static void AddSecurity(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<IDataProtectionProvider, ServerKeyDataProtectionProvider>();
        services.AddAuthentication(ByPath)
            .AddPolicyScheme(ByPath, null, scheme => scheme.ForwardDefaultSelector = http => SchemeFor(http.Request.Path))
            .AddScheme<AuthenticationSchemeOptions, UserTokenHandler>(UserToken, null)
            .AddScheme<AuthenticationSchemeOptions, RunnerSessionHandler>(RunnerSession, null)
            .AddScheme<AuthenticationSchemeOptions, OperatorHandler>(Operator, null)
            .AddPage(options);
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }

    /// <summary>Removes what would make keys in the home folder at start, where nothing uses them; after everything else has been added.</summary>
    public static void RemoveKeyRing(this IServiceCollection services)
    {
        foreach (var service in services.Where(service => service.ImplementationType?.Name == "DataProtectionHostedService").ToList())
        {
            services.Remove(service);
        }
    }

    private static string SchemeFor(PathString path) =>
        path.StartsWithSegments("/runner") ? RunnerSession
        : path.StartsWithSegments("/launcher") || path.StartsWithSegments("/orleans") ? Operator
        : path.StartsWithSegments("/2") ? UserToken
        : PageAuthentication.Scheme;
}
