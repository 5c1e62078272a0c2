namespace OrleansHybrid.Runner.Sessions;

/// <summary>The session that the control plane gave at enrolment. Its text form leaves the credential out.</summary>
internal sealed record RunnerSession(string Id, string Credential, TimeSpan PollTimeout)
{
    public override string ToString() => $"session {Id}";
}
