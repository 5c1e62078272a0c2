using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Configuration;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Where images come from: logins for registries, and the images for zips that come without one.</summary>
internal static class RegistryEndpoints
{
    public static void MapRegistries(this RouteGroupBuilder project) =>
        project.MapPost("/credentials", StoreCredentials).Describe("keepCredentials", "Keeps a registry's login, sealed").WithRequestBody<NewCredentials>();

    public static void MapStacks(this RouteGroupBuilder api) =>
        api.MapGet("/stacks", Stacks).Describe<string[]>("listStacks", "Names for which an image is known");

    private static async Task<ApiResult> StoreCredentials(HttpContext http, RegistryCredentialStore registryCredentials)
    {
        var body = await IronBody.ReadAnyTypeAsync(http);
        await registryCredentials.SaveAsync(http.Project().Id, IronMapping.ReadLogin(body), http.RequestAborted);
        return ApiResults.Message("Credentials added.");
    }

    private static ApiResult Stacks(ApiOptions options) => ApiResult.Of(
        [.. options.RuntimeImages.Keys.Order(StringComparer.Ordinal)], IronJson.Default.StringArray);
}
