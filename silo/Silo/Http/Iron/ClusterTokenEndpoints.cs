using OrleansHybrid.Contracts.Iron;
using OrleansHybrid.Domain.Clusters;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Domain.Steps;
using OrleansHybrid.Silo.Http.Describing;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Http.Iron;

/// <summary>
/// A cluster's tokens: show, add, list, revoke. Several are good at the same time, so that runners change over one by one.
/// </summary>
internal static class ClusterTokenEndpoints
{
    private const int MostTokens = 10;

    public static void MapClusterTokens(this RouteGroupBuilder cluster)
    {
        cluster.MapGet("/credentials", Credentials).Describe<ClusterCredentials>("clusterCredentials", "A cluster's tokens, newest first");
        cluster.MapGet("/tokens", List).Describe<ClusterTokenList>("listClusterTokens", "A cluster's tokens without their secrets");
        cluster.MapPost("/tokens", Add).Describe<ClusterTokenAnswer>("addClusterToken", "Makes another token, and shows it");
        cluster.MapDelete("/tokens/{tokenId}", Revoke)
            .Describe("revokeClusterToken", "Ends a token, and the sessions that came with it");
    }

    private static async Task<JsonAnswer> Credentials(HttpContext http, IClusterStore clusters, ClusterTokenMint tokens)
    {
        // The newest first: published clients take one.
        var kept = await clusters.TokensAsync(http.Cluster().Id, http.RequestAborted);
        var texts = kept.Select(tokens.Show).Reverse().ToList();
        if (texts.Count == 0)
        {
            return Answers.NotFound("Cluster");
        }

        var answer = new ClusterCredentials
        {
            Token = texts[0],
            Cluster = new ClusterTokens { Id = http.Cluster().Id, Tokens = texts },
        };
        return JsonAnswer.Of(answer, IronJson.Default.ClusterCredentials);
    }

    private static async Task<JsonAnswer> List(HttpContext http, IClusterStore clusters, IRunnerStore runners)
    {
        var kept = await clusters.TokensAsync(http.Cluster().Id, http.RequestAborted);
        var sessions = (await runners.ListAsync(http.Cluster().Id, http.RequestAborted))
            .CountBy(runner => runner.Session.TokenId)
            .ToDictionary();
        var shown = kept.Reverse()
            .Select(token => IronMapping.Show(token) with { Runners = sessions.GetValueOrDefault(token.Id) });
        return JsonAnswer.Of(new ClusterTokenList { Tokens = [.. shown] }, IronJson.Default.ClusterTokenList);
    }

    private static async Task<JsonAnswer> Add(HttpContext http, IClusterStore clusters, ClusterTokenMint tokens)
    {
        var id = http.Cluster().Id;
        if ((await clusters.TokensAsync(id, http.RequestAborted)).Count >= MostTokens)
        {
            throw RefusedException.Forbidden($"The cluster has {MostTokens} tokens, and that is the most: revoke one");
        }

        var token = tokens.New(id);
        if (!await clusters.AddTokenAsync(token, http.RequestAborted))
        {
            return Answers.NotFound("Cluster");
        }

        var answer = new ClusterTokenAnswer
        {
            Msg = "Token added",
            Token = IronMapping.Show(token) with { Token = tokens.Show(token) },
        };
        return JsonAnswer.Of(answer, IronJson.Default.ClusterTokenAnswer);
    }

    private static async Task<JsonAnswer> Revoke(
        HttpContext http, string tokenId, IClusterStore clusters, EndingSessions ending)
    {
        var id = http.Cluster().Id;
        var kept = await clusters.TokensAsync(id, http.RequestAborted);
        if (!NewId.IsWellFormed(tokenId) || kept.All(token => token.Id != tokenId))
        {
            return Answers.NotFound("Token");
        }

        if (await clusters.RevokeTokenAsync(id, tokenId, CancellationToken.None) is not { } ended)
        {
            throw new RefusedException("This is the cluster's last token: add another first, then revoke this one");
        }

        ending.End(id, ended);
        return Answers.Message("Token revoked");
    }
}
