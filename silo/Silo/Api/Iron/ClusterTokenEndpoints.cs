using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Silo.Api.OpenApi;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>
/// A cluster's tokens: show, add, list, revoke. Several are good at the same time, so that runners change over one by one.
/// </summary>
internal static class ClusterTokenEndpoints
{
    private const int MaxTokens = 10;

    public static void MapClusterTokens(this RouteGroupBuilder cluster)
    {
        cluster.MapGet("/credentials", Credentials).Describe<ClusterCredentials>("clusterCredentials", "A cluster's tokens, newest first");
        cluster.MapGet("/tokens", List).Describe<ClusterTokenList>("listClusterTokens", "A cluster's tokens without their secrets");
        cluster.MapPost("/tokens", Add).Describe<ClusterTokenResponse>("addClusterToken", "Makes another token, and shows it");
        cluster.MapDelete("/tokens/{tokenId}", Revoke)
            .Describe("revokeClusterToken", "Ends a token, and the sessions that came with it");
    }

    private static async Task<ApiResult> Credentials(HttpContext http, IClusterStore clusters, ClusterTokenIssuer tokens)
    {
        // The newest first: published clients take one.
        var kept = await clusters.ListTokensAsync(http.Cluster().Id, http.RequestAborted);
        var texts = kept.Select(tokens.Reveal).Reverse().ToList();
        if (texts.Count == 0)
        {
            return ApiResults.NotFound("Cluster");
        }

        var answer = new ClusterCredentials
        {
            Token = texts[0],
            Cluster = new ClusterTokens { Id = http.Cluster().Id, Tokens = texts },
        };
        return ApiResult.Of(answer, IronJson.Default.ClusterCredentials);
    }

    private static async Task<ApiResult> List(HttpContext http, IClusterStore clusters, IRunnerStore runners)
    {
        var kept = await clusters.ListTokensAsync(http.Cluster().Id, http.RequestAborted);
        var sessions = (await runners.ListAsync(http.Cluster().Id, http.RequestAborted))
            .CountBy(runner => runner.Session.TokenId)
            .ToDictionary();
        var shown = kept.Reverse()
            .Select(token => IronMapping.ToContract(token) with { Runners = sessions.GetValueOrDefault(token.Id) });
        return ApiResult.Of(new ClusterTokenList { Tokens = [.. shown] }, IronJson.Default.ClusterTokenList);
    }

    private static async Task<ApiResult> Add(HttpContext http, IClusterStore clusters, ClusterTokenIssuer tokens)
    {
        var id = http.Cluster().Id;
        if ((await clusters.ListTokensAsync(id, http.RequestAborted)).Count >= MaxTokens)
        {
            throw ApiException.Forbidden($"The cluster has {MaxTokens} tokens, and that is the most: revoke one");
        }

        var token = tokens.Issue(id);
        if (!await clusters.AddTokenAsync(token, http.RequestAborted))
        {
            return ApiResults.NotFound("Cluster");
        }

        var answer = new ClusterTokenResponse
        {
            Msg = "Token added",
            Token = IronMapping.ToContract(token) with { Token = tokens.Reveal(token) },
        };
        return ApiResult.Of(answer, IronJson.Default.ClusterTokenResponse);
    }

    private static async Task<ApiResult> Revoke(
        HttpContext http, string tokenId, IClusterStore clusters, SessionRevoker revoker)
    {
        var id = http.Cluster().Id;
        var kept = await clusters.ListTokensAsync(id, http.RequestAborted);
        if (!TimeOrderedId.IsWellFormed(tokenId) || kept.All(token => token.Id != tokenId))
        {
            return ApiResults.NotFound("Token");
        }

        if (await clusters.RevokeTokenAsync(id, tokenId, CancellationToken.None) is not { } ended)
        {
            throw new ApiException("This is the cluster's last token: add another first, then revoke this one");
        }

        revoker.Revoke(id, ended);
        return ApiResults.Message("Token revoked");
    }
}
