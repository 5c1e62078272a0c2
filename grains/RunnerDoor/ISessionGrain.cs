namespace Orleans.Hybrid.RunnerDoor;

/// <summary>
/// The door for runners that are silos of the control plane's cluster. Keyed by session id; who has no session yet enrols at
/// any key. It carries the runner protocol's shapes as they go over HTTP, and answers with HTTP's statuses.
/// </summary>
public interface ISessionGrain : IGrainWithStringKey
{
    /// <summary>One call of the protocol; a claim that meets no work is answered, empty, well before a grain call's time is over.</summary>
    Task<(int Status, byte[] Body)> Call(string verb, string credential, byte[] request, CancellationToken cancel);
}
