using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using OrleansHybrid.Silo.Configuration;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Authentication and authorization: a scheme for each group of endpoints, which its policy names, and a fallback that closes every
/// endpoint that is not marked as anonymous.
/// </summary>
internal static class SecurityServices
{
    private const string UserToken = "user token";
    private const string RunnerSession = "runner session";
    private const string Operator = "operator";

    /// <summary>Demands the token of a user.</summary>
    public static AuthorizationPolicy Users { get; } = new AuthorizationPolicyBuilder(UserToken).RequireAuthenticatedUser().Build();

    /// <summary>Demands the credential of a runner session.</summary>
    public static AuthorizationPolicy Runners { get; } = new AuthorizationPolicyBuilder(RunnerSession).RequireAuthenticatedUser().Build();

    /// <summary>Demands an operator.</summary>
    public static AuthorizationPolicy Operators { get; } =
        new AuthorizationPolicyBuilder(Operator).RequireRole(RequestCredentials.OperatorRole).Build();

    /// <summary>Demands a session of the web page.</summary>
    public static AuthorizationPolicy PageUsers { get; } =
        new AuthorizationPolicyBuilder(PageAuthentication.Scheme).RequireAuthenticatedUser().Build();

    public static void AddSecurity(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton<IDataProtectionProvider, ServerKeyDataProtectionProvider>();
        services.AddTransient<UserTokenHandler>().AddTransient<RunnerSessionHandler>().AddTransient<OperatorHandler>();
        services.AddAuthentication(schemes =>
        {
            schemes.AddScheme<UserTokenHandler>(UserToken, null);
            schemes.AddScheme<RunnerSessionHandler>(RunnerSession, null);
            schemes.AddScheme<OperatorHandler>(Operator, null);
        }).AddPage(options);
        services.AddAuthorizationBuilder().SetFallbackPolicy(Users);
    }

    /// <summary>Removes what would make keys in the home folder at start, where nothing uses them; after everything else has been added.</summary>
    public static void RemoveKeyRing(this IServiceCollection services)
    {
        foreach (var service in services.Where(service => service.ImplementationType?.Name == "DataProtectionHostedService").ToList())
        {
            services.Remove(service);
        }
    }
}
