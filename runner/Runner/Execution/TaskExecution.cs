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

    private readonly TaskOrder _order;
    private readonly HeldLease _lease;
    private readonly ExecutionTools _tools;
    private readonly ISandbox _sandbox;
    private readonly ProgramRun _program;
    private readonly LogPump _log;
    private readonly RedactedLog _output;
    private byte[] _payload;
    private EnvelopeHeader? _header;
    private bool _isCounted;
    private bool _hasLentSlot;
    private CodeArchive? _zip;
    private volatile bool _isFetching;
    private volatile bool _isStarting;
    private ExecutionOutcome? _outcome;

    public TaskExecution(TaskOrder order, HeldLease lease, ExecutionTools tools)
    {
        this._order = order;
        this._lease = lease;
        this._tools = tools;
        _payload = order.Payload;
        _sandbox = tools.Sandboxes.For(order, tools.Session.Id);
        _program = new ProgramRun(_sandbox, lease, tools.StopGrace, tools.Time);
        _sandbox.WhenLate = () => _hasLentSlot = _hasLentSlot || tools.Capacity.TryLend();
        _log = tools.Logs.Open(lease.Ref, _sandbox.Ceilings.LogBytes);
        _output = new RedactedLog(KnownSecrets.Of(order), _log.Write);
        lease.Phase = () => _isStarting ? LeasePhase.Running
            : _isFetching || _sandbox.IsPulling ? LeasePhase.Preparing
            : LeasePhase.Waiting;
    }

    /// <summary>True when the task's program was started, or the task has got its result without.</summary>
    public async Task<bool> RunAsync()
    {
        _tools.Logger.Begins(_lease.Ref.TaskId, _lease.Ref.Attempt, _order.CodeName);
        await StepAsync(OpenPayloadAsync);
        await StepAsync(PrepareAsync);
        await StepAsync(FetchZipAsync);
        await StepAsync(CreateAsync);
        await StepAsync(ConfirmLeaseAsync);
        await StepAsync(StartAsync);
        await StepAsync(WaitAsync);
        await _program.EndAsync();
        _output.End();
        await CollectAsync(_outcome!);
        CountEnd();
        await RemoveAsync();
        await ReleaseAsync(_outcome!);
        EndLoan();
        Tell(_outcome!);
        return _program.IsRunning || _outcome!.Fate == LeaseFate.Finish;
    }

    private void Tell(ExecutionOutcome ended)
    {
        _tools.Meter.Ended(ended, _program.Ran);
        if (ended.Fate == LeaseFate.LetGo)
        {
            _tools.Meter.LeaseLost();
        }

        _tools.Logger.Ended(_lease.Ref.TaskId, _lease.Ref.Attempt, ended.Fate, ended.Status, ended.Message);
    }

    private async Task StepAsync(Func<Task> step)
    {
        if (_outcome is not null)
        {
            return;
        }

        try
        {
            _lease.Interrupted.ThrowIfCancellationRequested();
            await step();
        }
        catch (OperationCanceledException) when (_lease.Interrupted.IsCancellationRequested)
        {
            _outcome = AfterInterruption();
        }
        catch (SandboxException ex)
        {
            _outcome = AfterTrouble(ex);
        }
        catch (Exception ex)
        {
            _tools.Logger.ExecutionFailed(ex, _lease.Ref.TaskId);
            _outcome = ExecutionOutcome.Error("the runner failed to run this task: its own log says why");
        }
    }

    private Task OpenPayloadAsync()
    {
        var opened = _tools.Gate.Open(_order);
        (_payload, _header) = (opened.Plain ?? [], opened.Header);
        if (opened.Plain is null)
        {
            Refuse(opened.Refusal);
        }

        return Task.CompletedTask;
    }

    private async Task PrepareAsync()
    {
        _lease.TellSoon();
        _lease.Digest = await _sandbox.PrepareAsync(_lease.Interrupted);
        if (_hasLentSlot)
        {
            await _tools.Capacity.TakeBackAsync(_lease.Interrupted);
            _hasLentSlot = false;
        }
    }

    private async Task FetchZipAsync()
    {
        if (_order.Zip is not { } needed)
        {
            return;
        }

        _zip = await _tools.Zips.OpenAsync(needed, _lease, TellOfFetching);
        _isFetching = false;
        TaskCommand.Verify(_order, _zip);
    }

    private void TellOfFetching()
    {
        _isFetching = true;
        _lease.TellSoon();
    }

    private async Task CreateAsync()
    {
        await _sandbox.CreateAsync(new SandboxFiles(_payload, _order.Config, _zip), _lease.Interrupted);
        _zip?.Dispose();
    }

    private Task ConfirmLeaseAsync() => _lease.Confirmed.WaitAsync(_lease.Interrupted);

    private async Task StartAsync()
    {
        if (_tools.Gate.RefuseStart(_header) is { } refusal)
        {
            Refuse(refusal);
            return;
        }

        _isCounted = true;
        await AnnounceAsync();
        await _program.StartAsync(_output.Write);
        _tools.Capacity.EngineWorks();
    }

    /// <summary>
    /// The program may ask for its own task at once, and is to find itself running: the control plane hears of the start before it happens.
    /// One that does not answer holds up nobody for long.
    /// </summary>
    private async Task AnnounceAsync()
    {
        _isStarting = true;
        try
        {
            await _lease.AnnounceAsync().WaitAsync(LongestAnnouncing, _tools.Time, _lease.Interrupted);
        }
        catch (TimeoutException)
        {
            // The next heartbeat that gets through tells it.
        }
    }

    private async Task WaitAsync() => _outcome = await _program.WaitAsync(
        Math.Min(_order.TimeoutSeconds, _sandbox.Ceilings.TimeoutSeconds ?? _tools.MostSeconds));

    // Reported before the sandbox is removed, which may take its time.
    private async Task CollectAsync(ExecutionOutcome ended)
    {
        _lease.Settle();
        try
        {
            if (ended.Fate == LeaseFate.Finish)
            {
                var progress = await _program.LastProgressAsync();
                _outcome = await _tools.Logs.CloseAsync(_log, _lease.Lost) ? ended : ended.WithPartialLog();
                _tools.Results.Add(_outcome.Under(_lease.Ref, _program.Ran) with { Digest = _lease.Digest, Progress = progress?.OnTheWire() });
                return;
            }
        }
        catch (OperationCanceledException) when (_lease.Lost.IsCancellationRequested)
        {
            _outcome = ExecutionOutcome.LetGo;
        }

        _log.Abandon();
    }

    /// <summary>Not authentic, for another place, or used up: no further try can change that.</summary>
    private void Refuse(string why)
    {
        _tools.Logger.Refused(_lease.Ref.TaskId, why);
        _outcome = ExecutionOutcome.Refused(why);
    }

    private void CountEnd()
    {
        if (_isCounted)
        {
            _tools.Gate.CountEnd(_header, cutShort: _outcome!.Fate != LeaseFate.Finish);
        }
    }

    private async Task RemoveAsync()
    {
        if (_tools.Gate.IsKeyed)
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
            _tools.Logger.NotRemoved(_lease.Ref.TaskId, ex.Message);
        }
    }

    private async Task ReleaseAsync(ExecutionOutcome ended)
    {
        // A runner that leaves hands all its leases back in one call, after the last program has ended.
        var leaving = ended.Fate == LeaseFate.HandBack && _lease.Interruption == Interruption.HandBack;
        if (ended.Fate == LeaseFate.Finish || leaving)
        {
            return;
        }

        _tools.Leases.Remove(_lease.Ref);
        if (ended.Fate == LeaseFate.HandBack)
        {
            await _tools.Releases.TryAsync([_lease.Ref], leaving: false);
        }
    }

    private void EndLoan()
    {
        if (_hasLentSlot)
        {
            _tools.Capacity.EndLoan();
        }
    }

    private ExecutionOutcome AfterInterruption()
    {
        return _lease.Interruption switch
        {
            Interruption.Cancelled => ExecutionOutcome.Cancelled,
            Interruption.HandBack => ExecutionOutcome.HandedBack,
            Interruption.Lost => ExecutionOutcome.LetGo,
            _ => throw new UnreachableException($"interruption {_lease.Interruption}"),
        };
    }

    private ExecutionOutcome AfterTrouble(SandboxException trouble)
    {
        if (!trouble.Passing)
        {
            return ExecutionOutcome.Of(trouble);
        }

        _tools.Logger.EngineAway(_lease.Ref.TaskId, trouble.Message);
        _tools.Capacity.EngineFailed();

        // Once started, nobody knows how it ended, or whether: the lease lapses, and that counts as a loss.
        return _program.IsRunning ? ExecutionOutcome.LetGo : ExecutionOutcome.HandedBack;
    }
}
