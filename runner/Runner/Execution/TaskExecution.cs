using System.Diagnostics;
using System.Security.Cryptography;
using OrleansHybrid.Contracts.Runners;
using OrleansHybrid.Contracts.Sealing;
using OrleansHybrid.Primitives.Archives;
using OrleansHybrid.Runner.Redaction;

namespace OrleansHybrid.Runner.Execution;

/// <summary>
/// One attempt at one task, read from top to bottom in <see cref="RunAsync"/>: the first step that fills in the outcome
/// makes the others step aside, except those that clear up.
/// </summary>
internal sealed class TaskExecution
{
    private static readonly TimeSpan LongestAnnouncing = TimeSpan.FromSeconds(2);

    private readonly TaskOrder order;
    private readonly HeldLease lease;
    private readonly ExecutionTools tools;
    private readonly ISandbox sandbox;
    private readonly ProgramRun program;
    private readonly LogPump log;
    private readonly RedactedLog output;
    private byte[] payload;
    private EnvelopeHeader? header;
    private bool isCounted;
    private bool hasLentSlot;
    private CodeArchive? zip;
    private volatile bool isFetching;
    private volatile bool isStarting;
    private ExecutionOutcome? outcome;

    public TaskExecution(TaskOrder order, HeldLease lease, ExecutionTools tools)
    {
        this.order = order;
        this.lease = lease;
        this.tools = tools;
        payload = order.Payload;
        sandbox = tools.Sandboxes.For(order, tools.Session.Id);
        program = new ProgramRun(sandbox, lease, tools.StopGrace, tools.Time);
        sandbox.WhenLate = () => hasLentSlot = hasLentSlot || tools.Capacity.TryLend();
        log = tools.Logs.Open(lease.Ref, sandbox.Ceilings.LogBytes);
        output = new RedactedLog(KnownSecrets.Of(order), log.Write);
        lease.Phase = () => isStarting ? LeasePhase.Running
            : isFetching || sandbox.IsPulling ? LeasePhase.Preparing
            : LeasePhase.Waiting;
    }

    /// <summary>True when the task's program was started, or the task has got its result without.</summary>
    public async Task<bool> RunAsync()
    {
        tools.Logger.Begins(lease.Ref.TaskId, lease.Ref.Attempt, order.CodeName);
        await StepAsync(OpenPayloadAsync);
        await StepAsync(PrepareAsync);
        await StepAsync(FetchZipAsync);
        await StepAsync(CreateAsync);
        await StepAsync(ConfirmLeaseAsync);
        await StepAsync(StartAsync);
        await StepAsync(WaitAsync);
        await program.EndAsync();
        output.End();
        await CollectAsync(outcome!);
        CountEnd();
        await RemoveAsync();
        await ReleaseAsync(outcome!);
        EndLoan();
        Tell(outcome!);
        return program.IsRunning || outcome!.Fate == LeaseFate.Finish;
    }

    private void Tell(ExecutionOutcome ended)
    {
        tools.Meter.Ended(ended, program.Ran);
        if (ended.Fate == LeaseFate.LetGo)
        {
            tools.Meter.LeaseLost();
        }

        tools.Logger.Ended(lease.Ref.TaskId, lease.Ref.Attempt, ended.Fate, ended.Status, ended.Message);
    }

    private async Task StepAsync(Func<Task> step)
    {
        if (outcome is not null)
        {
            return;
        }

        try
        {
            lease.Interrupted.ThrowIfCancellationRequested();
            await step();
        }
        catch (OperationCanceledException) when (lease.Interrupted.IsCancellationRequested)
        {
            outcome = AfterInterruption();
        }
        catch (SandboxException e)
        {
            outcome = AfterTrouble(e);
        }
        catch (Exception e)
        {
            tools.Logger.ExecutionFailed(e, lease.Ref.TaskId);
            outcome = ExecutionOutcome.Error("the runner failed to run this task: its own log says why");
        }
    }

    private Task OpenPayloadAsync()
    {
        var opened = tools.Gate.Open(order);
        (payload, header) = (opened.Plain ?? [], opened.Header);
        if (opened.Plain is null)
        {
            Refuse(opened.Refusal);
        }

        return Task.CompletedTask;
    }

    private async Task PrepareAsync()
    {
        lease.TellSoon();
        lease.Digest = await sandbox.PrepareAsync(lease.Interrupted);
        if (hasLentSlot)
        {
            await tools.Capacity.TakeBackAsync(lease.Interrupted);
            hasLentSlot = false;
        }
    }

    private async Task FetchZipAsync()
    {
        if (order.Zip is not { } needed)
        {
            return;
        }

        zip = await tools.Zips.OpenAsync(needed, lease, TellOfFetching);
        isFetching = false;
        TaskCommand.Verify(order, zip);
    }

    private void TellOfFetching()
    {
        isFetching = true;
        lease.TellSoon();
    }

    private async Task CreateAsync()
    {
        await sandbox.CreateAsync(new SandboxFiles(payload, order.Config, zip), lease.Interrupted);
        zip?.Dispose();
    }

    private Task ConfirmLeaseAsync() => lease.Confirmed.WaitAsync(lease.Interrupted);

    private async Task StartAsync()
    {
        if (tools.Gate.RefuseStart(header) is { } refusal)
        {
            Refuse(refusal);
            return;
        }

        isCounted = true;
        await AnnounceAsync();
        await program.StartAsync(output.Write);
        tools.Capacity.EngineWorks();
    }

    /// <summary>
    /// The program may ask for its own task at once, and is to find itself running: the control plane hears of the start before it happens.
    /// One that does not answer holds up nobody for long.
    /// </summary>
    private async Task AnnounceAsync()
    {
        isStarting = true;
        try
        {
            await lease.AnnounceAsync().WaitAsync(LongestAnnouncing, tools.Time, lease.Interrupted);
        }
        catch (TimeoutException)
        {
            // The next heartbeat that gets through tells it.
        }
    }

    private async Task WaitAsync() => outcome = await program.WaitAsync(
        Math.Min(order.TimeoutSeconds, sandbox.Ceilings.TimeoutSeconds ?? tools.MostSeconds));

    // Reported before the sandbox is removed, which may take its time.
    private async Task CollectAsync(ExecutionOutcome ended)
    {
        lease.Settle();
        try
        {
            if (ended.Fate == LeaseFate.Finish)
            {
                var progress = await program.LastProgressAsync();
                outcome = await tools.Logs.CloseAsync(log, lease.Lost) ? ended : ended.WithPartialLog();
                tools.Results.Add(outcome.Under(lease.Ref, program.Ran) with { Digest = lease.Digest, Progress = progress?.OnTheWire() });
                return;
            }
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            outcome = ExecutionOutcome.LetGo;
        }

        log.Abandon();
    }

    /// <summary>Not authentic, for another place, or used up: no further try can change that.</summary>
    private void Refuse(string why)
    {
        tools.Logger.Refused(lease.Ref.TaskId, why);
        outcome = ExecutionOutcome.Refused(why);
    }

    private void CountEnd()
    {
        if (isCounted)
        {
            tools.Gate.CountEnd(header, cutShort: outcome!.Fate != LeaseFate.Finish);
        }
    }

    private async Task RemoveAsync()
    {
        if (tools.Gate.IsKeyed)
        {
            CryptographicOperations.ZeroMemory(payload);
        }

        zip?.Dispose();
        try
        {
            await sandbox.DisposeAsync();
        }
        catch (SandboxException e)
        {
            tools.Logger.NotRemoved(lease.Ref.TaskId, e.Message);
        }
    }

    private async Task ReleaseAsync(ExecutionOutcome ended)
    {
        // A runner that leaves hands all its leases back in one call, after the last program has ended.
        var leaving = ended.Fate == LeaseFate.HandBack && lease.Interruption == Interruption.HandBack;
        if (ended.Fate == LeaseFate.Finish || leaving)
        {
            return;
        }

        tools.Leases.Remove(lease.Ref);
        if (ended.Fate == LeaseFate.HandBack)
        {
            await tools.Releases.TryAsync([lease.Ref], leaving: false);
        }
    }

    private void EndLoan()
    {
        if (hasLentSlot)
        {
            tools.Capacity.EndLoan();
        }
    }

    private ExecutionOutcome AfterInterruption()
    {
        return lease.Interruption switch
        {
            Interruption.Cancelled => ExecutionOutcome.Cancelled,
            Interruption.HandBack => ExecutionOutcome.HandedBack,
            Interruption.Lost => ExecutionOutcome.LetGo,
            _ => throw new UnreachableException($"interruption {lease.Interruption}"),
        };
    }

    private ExecutionOutcome AfterTrouble(SandboxException trouble)
    {
        if (!trouble.Passing)
        {
            return ExecutionOutcome.Of(trouble);
        }

        tools.Logger.EngineAway(lease.Ref.TaskId, trouble.Message);
        tools.Capacity.EngineFailed();

        // Once started, nobody knows how it ended, or whether: the lease lapses, and that counts as a loss.
        return program.IsRunning ? ExecutionOutcome.LetGo : ExecutionOutcome.HandedBack;
    }
}
