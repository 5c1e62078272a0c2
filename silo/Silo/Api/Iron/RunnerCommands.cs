using OrleansHybrid.Domain.Decisions;
using OrleansHybrid.Domain.Runners;
using OrleansHybrid.Grains.Runners;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Api.Iron;

/// <summary>Commands to the runners of a cluster, whether from the API or from its page.</summary>
internal sealed class RunnerCommands(IRunnerStore runners, IGrainFactory grains, EntityCache cache)
{
    /// <summary>Gives a command to all of these runners, or, when one of them is not there, to none; null, or why not.</summary>
    public async Task<DomainError?> SendAsync(
        string clusterId,
        IReadOnlyList<string> ids,
        Func<IRunnerGrain, Task<RunnerCommandResult>> command,
        CancellationToken cancellationToken)
    {
        var live = (await runners.ListAsync(clusterId, cancellationToken)).ToDictionary(runner => runner.Session.Id, runner => runner.Session);
        var unknown = ids.Where(id => !live.ContainsKey(id)).ToList();
        if (unknown.Count > 0)
        {
            return new DomainError(ErrorKind.NotFound, $"Instance {string.Join(", ", unknown)} not found");
        }

        var answers = await Task.WhenAll(ids.Distinct().Select(id => command(grains.GetGrain<IRunnerGrain>(id))));
        foreach (var id in ids)
        {
            cache.Sessions.Invalidate(Convert.ToHexString(live[id].CredentialHash));
        }

        return answers.Select(answer => answer.Problem).FirstOrDefault(problem => problem is not null) is { } why
            ? new DomainError(ErrorKind.Stale, why)
            : null;
    }
}
