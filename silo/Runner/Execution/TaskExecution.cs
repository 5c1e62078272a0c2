using System.Diagnostics;
using System.Security.Cryptography;
using OrleansHybrid.Abstractions.Runners;
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
    private static readonly TimeSpan AnnounceTimeout = TimeSpan.FromSeconds(2);

    private readonly TaskAssignment _assignment;
    private readonly ActiveLease _lease;
    private readonly ExecutionServices _services;
    private readonly ISandbox _sandbox;
    private readonly SandboxRun _program;
    private readonly LogPump _log;
    private readonly RedactingLogWriter _output;
    private byte[] _payload;
    private EnvelopeHeader? _header;
    private bool _isStartRegistered;
    private Task<bool> _lending = Task.FromResult(false);
    private CodeArchive? _zip;
    private volatile bool _isFetching;
    private volatile bool _isStarting;
    private ExecutionOutcome? _outcome;

    public TaskExecution(TaskAssignment assignment, ActiveLease lease, ExecutionServices services)
    {
        this._assignment = assignment;
        this._lease = lease;
        this._services = services;
        _payload = assignment.Payload;
        _sandbox = services.SandboxFactory.Create(assignment, services.Session.Id);
        _program = new SandboxRun(_sandbox, lease, services.Options.StopGrace, services.Time);
        _sandbox.OnDelayed = () => _lending = services.Agent.TryLend(lease.Ref);
        _log = services.Logs.Open(lease.Ref, _sandbox.Limits.LogBytes);
        _output = new RedactingLogWriter(KnownSecrets.Find(assignment), _log.Write);
        lease.Phase = () => _isStarting ? LeasePhase.Running
            : _isFetching || _sandbox.IsPulling ? LeasePhase.Preparing
            : LeasePhase.Waiting;
    }

    /// <summary>True when the task's program was started, or the task has got its result without.</summary>
    public async Task<bool> RunAsync()
    {
        using var run = RunnerActivities.StartRun(_assignment);
        _services.Logger.Begins(_lease.Ref.TaskId, _lease.Ref.Attempt, _assignment.CodeName);
        await StepAsync(OpenPayloadAsync);
        await StepAsync(PrepareAsync);
        await StepAsync(FetchZipAsync);
        await StepAsync(CreateAsync);
        await StepAsync(ConfirmLeaseAsync);
        await StepAsync(StartAsync);
        await StepAsync(WaitAsync);
        await _program.EnsureStoppedAsync();
        _output.Flush();
        await CollectAsync(_outcome!);
        RegisterEnd();
        await RemoveAsync();
        await ReleaseAsync(_outcome!);
        RecordOutcome(_outcome!);
        run?.SetOutcome(_outcome!);
        return _program.IsRunning || _outcome!.Disposition == LeaseDisposition.Complete;
    }

    private void RecordOutcome(ExecutionOutcome ended)
    {
        _services.Meter.TaskEnded(ended, _program.Duration);
        if (ended.Disposition == LeaseDisposition.Abandon)
        {
            _services.Meter.LeaseLost();
        }

        _services.Logger.Ended(_lease.Ref.TaskId, _lease.Ref.Attempt, ended.Disposition, ended.Status, ended.Message);
    }

    private async Task StepAsync(Func<Task> step)
    {
        if (_outcome is not null)
        {
            return;
        }

        try
        {
            _lease.Stopping.ThrowIfCancellationRequested();
            await step();
        }
        catch (OperationCanceledException) when (_lease.Stopping.IsCancellationRequested)
        {
            _outcome = OutcomeAfterStop();
        }
        catch (SandboxException ex)
        {
            _outcome = await OutcomeAfterErrorAsync(ex);
        }
        catch (Exception ex)
        {
            _services.Logger.ExecutionFailed(ex, _lease.Ref.TaskId);
            _outcome = ExecutionOutcome.Error("the runner failed to run this task: see the runner's log");
        }
    }

    private Task OpenPayloadAsync()
    {
        var opened = _services.PayloadDecryptor.Decrypt(_assignment);
        (_payload, _header) = (opened.Plaintext ?? [], opened.Header);
        if (opened.Plaintext is null)
        {
            Reject(opened.Error);
        }

        return Task.CompletedTask;
    }

    private async Task PrepareAsync()
    {
        _lease.RequestHeartbeat();
        _lease.Digest = await _sandbox.PrepareAsync(_lease.Stopping);
        if (await _lending)
        {
            await _services.Agent.Reclaim(_lease.Ref);
            await _lease.SlotGranted.WaitAsync(_lease.Stopping);
        }
    }

    private async Task FetchZipAsync()
    {
        if (_assignment.Zip is not { } needed)
        {
            return;
        }

        _zip = await _services.Zips.OpenAsync(needed, _lease, OnFetchingZip);
        _isFetching = false;
        TaskCommand.Verify(_assignment, _zip);
    }

    private void OnFetchingZip()
    {
        _isFetching = true;
        _lease.RequestHeartbeat();
    }

    private async Task CreateAsync()
    {
        await _sandbox.CreateAsync(new SandboxFiles(_payload, _assignment.Config, _zip), _lease.Stopping);
        _zip?.Dispose();
    }

    private Task ConfirmLeaseAsync() => _lease.Confirmed.WaitAsync(_lease.Stopping);

    private async Task StartAsync()
    {
        if (_services.PayloadDecryptor.RegisterStart(_header) is { } rejection)
        {
            Reject(rejection);
            return;
        }

        _isStartRegistered = true;
        await AnnounceAsync();
        await _program.StartAsync(_output.Write);
        if (_services.Slots.IsEngineDown)
        {
            await _services.Agent.EngineRecovered();
        }
    }

    /// <summary>
    /// The program may ask for its own task at once, and must find it running: the start is reported before it happens.
    /// A control plane that does not respond delays it only briefly.
    /// </summary>
    private async Task AnnounceAsync()
    {
        _isStarting = true;
        try
        {
            await _lease.AnnounceStartAsync().WaitAsync(AnnounceTimeout, _services.Time, _lease.Stopping);
        }
        catch (TimeoutException)
        {
            // The next successful heartbeat reports it.
        }
    }

    private async Task WaitAsync() => _outcome = await RunnerActivities.TraceProgramAsync(() => _program.WaitAsync(
        Math.Min(_assignment.TimeoutSeconds, _sandbox.Limits.TimeoutSeconds ?? _services.Options.MaxTimeoutSeconds)));

    // Reported before the sandbox is removed, which may take its time.
    private async Task CollectAsync(ExecutionOutcome ended)
    {
        _lease.MarkSettled();
        try
        {
            if (ended.Disposition == LeaseDisposition.Complete)
            {
                var progress = await _program.ReadFinalProgressAsync();
                _outcome = await _services.Logs.CloseAsync(_log, _lease.Lost) ? ended : ended.WithPartialLog();
                _services.Results.Add(_outcome.ToTaskResult(_lease.Ref, _program.Duration) with { Digest = _lease.Digest, Progress = progress?.ToContract() });
                return;
            }
        }
        catch (OperationCanceledException) when (_lease.Lost.IsCancellationRequested)
        {
            _outcome = ExecutionOutcome.Abandoned;
        }

        _log.Abandon();
    }

    /// <summary>Not authentic, for another context, or used up: a retry can't change that.</summary>
    private void Reject(string reason)
    {
        _services.Logger.TaskRejected(_lease.Ref.TaskId, reason);
        _outcome = ExecutionOutcome.Rejected(reason);
    }

    private void RegisterEnd()
    {
        if (_isStartRegistered)
        {
            _services.PayloadDecryptor.RegisterEnd(_header, isInterrupted: _outcome!.Disposition != LeaseDisposition.Complete);
        }
    }

    private async Task RemoveAsync()
    {
        if (_services.PayloadDecryptor.HasKeys)
        {
            CryptographicOperations.ZeroMemory(_payload);
        }

        _zip?.Dispose();
        try
        {
            await _sandbox.DisposeAsync();
        }
        catch (SandboxException ex)
        {
            _services.Logger.SandboxNotRemoved(_lease.Ref.TaskId, ex.Message);
        }
    }

    private async Task ReleaseAsync(ExecutionOutcome ended)
    {
        // A runner that shuts down releases all its leases in one call, after the last program has ended.
        var leaving = ended.Disposition == LeaseDisposition.Requeue && _lease.StopReason == StopReason.Requeue;
        if (ended.Disposition == LeaseDisposition.Complete || leaving)
        {
            return;
        }

        _services.Leases.Remove(_lease.Ref);
        if (ended.Disposition == LeaseDisposition.Requeue)
        {
            await _services.LeaseReleaser.TryReleaseAsync([_lease.Ref], leaving: false);
        }
    }

    private ExecutionOutcome OutcomeAfterStop()
    {
        return _lease.StopReason switch
        {
            StopReason.Cancelled => ExecutionOutcome.Cancelled,
            StopReason.Requeue => ExecutionOutcome.Requeued,
            StopReason.Lost => ExecutionOutcome.Abandoned,
            _ => throw new UnreachableException($"interruption {_lease.StopReason}"),
        };
    }

    private async Task<ExecutionOutcome> OutcomeAfterErrorAsync(SandboxException exception)
    {
        if (!exception.IsTransient)
        {
            return ExecutionOutcome.From(exception);
        }

        _services.Logger.EngineUnavailable(_lease.Ref.TaskId, exception.Message);
        await _services.Agent.EngineFailed();

        // Once started, it is not known how it ended, or whether: the lease expires, and that counts as a loss.
        return _program.IsRunning ? ExecutionOutcome.Abandoned : ExecutionOutcome.Requeued;
    }
}
