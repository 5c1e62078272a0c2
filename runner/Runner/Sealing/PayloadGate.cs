using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Runner.Execution;
using OrleansHybrid.Runner.Metrics;

namespace OrleansHybrid.Runner.Sealing;

/// <summary>
/// Decides whether a task may be started with the payload that came: opened with one of the keys, where the one who sealed it wanted it to
/// run, and not more often. The control plane is not believed in any of this.
/// </summary>
internal sealed class PayloadGate(SealPolicy? policy, string clusterId, StartCounts starts, RunnerMeter meter, TimeProvider time)
{
    private const string NotHere = "payload not authentic: it was sealed for another";

    /// <summary>True when payloads are opened here, and so have to be wiped.</summary>
    public bool IsKeyed => policy is not null;

    /// <summary>The payload as the program is to see it, or why it must not be started.</summary>
    public OpenedPayload Open(TaskOrder order)
    {
        if (policy is null)
        {
            return new OpenedPayload(order.Payload, null, "");
        }

        if (policy.SignedOnly && !IsSigned(order))
        {
            return Refused(SealFault.Unsigned, "not signed: this runner starts only what was signed with its key, and this was not, or was changed since");
        }

        var opened = policy.Keys.Open(order.Payload, policy.Accepted);
        return opened.Plain is null ? Refused(SealFault.Unopened, opened.Refusal)
            : opened.Header is not { } header ? opened
            : header.Project != order.ProjectId ? Refused(SealFault.Elsewhere, $"{NotHere} project")
            : header.Cluster.Length > 0 && header.Cluster != clusterId ? Refused(SealFault.Elsewhere, $"{NotHere} cluster")
            : header.Code != order.CodeName ? Refused(SealFault.Elsewhere, $"{NotHere} code package")
            : header.NotAfter is { } end && end <= time.GetUtcNow().ToUnixTimeSeconds() ? Refused(SealFault.Expired, "payload too old: its time has passed")
            : opened;
    }

    /// <summary>Counts a start; null when it may be made, else why not.</summary>
    /// <exception cref="SandboxException">The count can't be kept: what can't be counted is not started here.</exception>
    public string? RefuseStart(EnvelopeHeader? header)
    {
        try
        {
            return header?.RunLimit is not { } limit || starts.TryStart(header.Task, limit, header.NotAfter)
                ? null
                : Refused(SealFault.Spent, $"payload used up: it was sealed for {(limit == 1 ? "one start" : $"{limit} starts")}, and this runner has made as many; queue it anew").Refusal;
        }
        catch (IOException ex)
        {
            throw new SandboxException($"the state folder can't be written: {ex.Message}", passing: true);
        }
    }

    /// <summary>The program that was started has ended, or was cut short and is to be started again.</summary>
    public void CountEnd(EnvelopeHeader? header, bool cutShort)
    {
        if (header?.RunLimit is null)
        {
            return;
        }

        if (cutShort)
        {
            starts.CutShort(header.Task);
        }
        else
        {
            starts.Ended(header.Task);
        }
    }

    private bool IsSigned(TaskOrder order) =>
        order.Image.Contains("@sha256:", StringComparison.Ordinal)
        && InstructionSignature.IsGood(order.Signature, InstructionsIn(order), policy!.Keys);

    private static Instructions InstructionsIn(TaskOrder order) => new(
        order.CodeName,
        order.Image,
        order.Command,
        order.Config,
        order.EnvVars,
        order.Zip?.Sha256 ?? "",
        order.Zip?.FileName ?? "",
        order.Zip?.Runtime ?? "",
        order.NoInit);

    private OpenedPayload Refused(SealFault fault, string why)
    {
        meter.Refused(fault);
        return new OpenedPayload(null, null, why);
    }
}
