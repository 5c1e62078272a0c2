using OrleansHybrid.Abstractions.Runners;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Telemetry;

namespace OrleansHybrid.Runner.Sealing;

/// <summary>
/// Decides whether a task may be started with the payload that came: opened with one of the keys, where the one who sealed it wanted it to
/// run, and not more often. The control plane is not believed in any of this.
/// </summary>
internal sealed class PayloadDecryptor(SealPolicy? policy, string clusterId, ReplayGuard replayGuard, RunnerMeter meter, TimeProvider time)
{
    private const string WrongContext = "payload not authentic: it was sealed for another";

    /// <summary>True when payloads are opened here, and so have to be wiped.</summary>
    public bool HasKeys => policy is not null;

    /// <summary>The payload as the program is to see it, or why it must not be started.</summary>
    public DecryptedPayload Decrypt(TaskAssignment assignment)
    {
        if (policy is null)
        {
            return new DecryptedPayload(assignment.Payload, null, "");
        }

        if (policy.SignedOnly && !IsSigned(assignment))
        {
            return Reject(PayloadRejectionReason.Unsigned, "not signed: this runner starts only what was signed with its key, and this was not, or was changed since");
        }

        var opened = policy.Keys.Open(assignment.Payload, policy.Accepted);
        return opened.Plaintext is null ? Reject(PayloadRejectionReason.Unopened, opened.Error)
            : opened.Header is not { } header ? opened
            : header.Project != assignment.ProjectId ? Reject(PayloadRejectionReason.Elsewhere, $"{WrongContext} project")
            : header.Cluster.Length > 0 && header.Cluster != clusterId ? Reject(PayloadRejectionReason.Elsewhere, $"{WrongContext} cluster")
            : header.Code != assignment.CodeName ? Reject(PayloadRejectionReason.Elsewhere, $"{WrongContext} code package")
            : header.NotAfter is { } end && end <= time.GetUtcNow().ToUnixTimeSeconds() ? Reject(PayloadRejectionReason.Expired, "payload too old: its time has passed")
            : opened;
    }

    /// <summary>Counts a start; null when it may be made, else why not.</summary>
    /// <exception cref="SandboxException">The count can't be kept: what can't be counted is not started here.</exception>
    public string? RegisterStart(EnvelopeHeader? header)
    {
        try
        {
            return header?.RunLimit is not { } limit || replayGuard.TryStart(header.Task, limit, header.NotAfter)
                ? null
                : Reject(PayloadRejectionReason.Spent, $"payload used up: it was sealed for {(limit == 1 ? "one start" : $"{limit} starts")}, and this runner has made as many; queue it again").Error;
        }
        catch (IOException ex)
        {
            throw new SandboxException($"the state folder can't be written: {ex.Message}", isTransient: true);
        }
    }

    /// <summary>The program that was started has ended, or was cut short and is to be started again.</summary>
    public void RegisterEnd(EnvelopeHeader? header, bool isInterrupted)
    {
        if (header?.RunLimit is null)
        {
            return;
        }

        if (isInterrupted)
        {
            replayGuard.RecordInterruption(header.Task);
        }
        else
        {
            replayGuard.RecordEnd(header.Task);
        }
    }

    private bool IsSigned(TaskAssignment assignment) =>
        assignment.Image.Contains("@sha256:", StringComparison.Ordinal)
        && InstructionSignature.Verify(assignment.Signature, InstructionsIn(assignment), policy!.Keys);

    private static Instructions InstructionsIn(TaskAssignment assignment) => new(
        assignment.CodeName,
        assignment.Image,
        assignment.Command,
        assignment.Config,
        assignment.EnvVars,
        assignment.Zip?.Sha256 ?? "",
        assignment.Zip?.FileName ?? "",
        assignment.Zip?.Runtime ?? "",
        assignment.NoInit);

    private DecryptedPayload Reject(PayloadRejectionReason reason, string message)
    {
        meter.PayloadRejected(reason);
        return new DecryptedPayload(null, null, message);
    }
}
