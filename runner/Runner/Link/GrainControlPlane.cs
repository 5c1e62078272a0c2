using Orleans.Hybrid.Contracts.Runners;
using Orleans.Hybrid.RunnerDoor;

namespace Orleans.Hybrid.Runner.Link;

/// <summary>The control plane by calls to the grain of this runner's session, from a silo of the same cluster.</summary>
internal sealed class GrainControlPlane(IGrainFactory grains, string runner, TimeProvider time) : WireControlPlane(time)
{
    // Any key will do until there is a session.
    private volatile string session = runner;

    public override async Task<EnrolAnswer> EnrolAsync(
        string clusterToken, EnrolRequest request, CancellationToken cancel)
    {
        var answer = await base.EnrolAsync(clusterToken, request, cancel);
        session = answer.SessionId;
        return answer;
    }

    protected override async Task<WireAnswer> ExchangeAsync(
        string verb, string credential, byte[] request, CancellationToken cancel)
    {
        try
        {
            var (status, body) = await grains.GetGrain<ISessionGrain>(session).Call(verb, credential, request, cancel)
                .WaitAsync(cancel);
            return new WireAnswer(status, body);
        }
        catch (Exception e) when (e is OrleansException or TimeoutException)
        {
            throw new ControlPlaneException($"{verb}: {e.Message}", LinkTrouble.Passing, e);
        }
        catch (ArgumentException e)
        {
            // Nobody in the cluster hosts such a grain.
            throw new ControlPlaneException(
                $"{verb}: no silo of the control plane is in the cluster", LinkTrouble.Passing, e);
        }
    }
}
