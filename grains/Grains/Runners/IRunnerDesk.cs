namespace Orleans.Hybrid.Grains.Runners;

/// <summary>What a session's grain hands on to its silo: the same desk that serves the runner protocol over HTTP. It never throws.</summary>
public interface IRunnerDesk
{
    /// <summary>One call of the protocol.</summary>
    Task<(int Status, byte[] Body)> AnswerAsync(string verb, string credential, byte[] request, CancellationToken gone);
}
