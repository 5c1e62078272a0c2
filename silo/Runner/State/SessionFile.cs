using System.Text.Json;
using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Runner.ControlPlane;

namespace OrleansHybrid.Runner.State;

/// <summary>Saves the live session for the runner's next run, which takes over its leases.</summary>
internal sealed class SessionFile(StateFolder folder)
{
    private readonly string _path = folder.PathOf("session.json");

    /// <summary>The session of the previous run; null when it closed in order, or when there was none.</summary>
    public PreviousSession? Read()
    {
        try
        {
            // An earlier version may have stored any text as an id.
            return JsonSerializer.Deserialize(File.ReadAllBytes(_path), StateJson.Default.PreviousSession) is { } session
                && Identifiers.IsId(session.SessionId) && Identifiers.IsCredential(session.Credential) ? session : null;
        }
        catch (Exception ex) when (ex is IOException or JsonException)
        {
            return null;
        }
    }

    public void Write(PreviousSession session) =>
        PrivateFile.Replace(_path, JsonSerializer.SerializeToUtf8Bytes(session, StateJson.Default.PreviousSession));

    public void Delete() => File.Delete(_path);
}
