namespace Orleans.Hybrid.LocalEngine;

/// <summary>One grain in memory: lets requests begin as the rules of interleaving allow, and comes and goes.</summary>
internal sealed class Activation(GrainKind kind, string key) : TurnScheduler(kind.Engine.Mischief)
{
    private readonly Queue<Request> _waiting = new();
    private Stage _stage;
    private int _running;
    private long _lastUsed;
    private Request? _blocking;
    private Grain? _grain;
    private DeactivationReason _reason;
    private TaskCompletionSource? _ended;

    /// <summary>Tells timers that there will be no more turns.</summary>
    public event Action? Ending;

    private enum Stage { Fresh, Starting, Active, Leaving, Ended }

    public Engine Engine => kind.Engine;
    public string Key => key;

    // Once it is to end, only what has begun goes on.
    private bool IsOpen => _stage == Stage.Active && _ended is null;

    /// <summary>False when this activation has ended, so that the request is due to the next one.</summary>
    public bool TryAccept(Request request)
    {
        lock (Gate)
        {
            request.Target = this;
            if (_stage == Stage.Fresh)
            {
                _stage = Stage.Starting;
                Begin(new Step(nameof(Grain.OnActivateAsync), request, ActivateAsync));
            }

            if (MayBegin(request))
            {
                Begin(request);
            }
            else if (request is Call call && call.Callers.Any(IsAwaited))
            {
                call.Settle(new InvalidOperationException(
                    $"{string.Join(" → ", call.Callers.Reverse().Append(call))} would wait for its own caller: "
                    + "make one of these calls [OneWay], or the last one [AlwaysInterleave]."));
            }
            else if (_stage != Stage.Ended)
            {
                _waiting.Enqueue(request);
            }

            return _stage != Stage.Ended;
        }
    }

    public void DeactivateOnIdle() => DeactivateAsync(_stage == Stage.Starting
        ? throw new InvalidOperationException($"{this} can't become idle while it activates: throw instead.")
        : new(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));

    public void DeactivateIfIdle(TimeSpan age)
    {
        lock (Gate)
        {
            if (IsOpen && _running == 0 && Engine.Time.GetElapsedTime(_lastUsed) >= age)
            {
                DeactivateAsync(new(DeactivationReasonCode.ActivationIdle, $"Nobody called for {age}."));
            }
        }
    }

    /// <summary>Lets what has begun end, and the grain say farewell; waiting calls go to a new activation.</summary>
    public Task DeactivateAsync(DeactivationReason reason)
    {
        lock (Gate)
        {
            if (_ended is null)
            {
                (_ended, _reason) = (new(TaskCreationOptions.RunContinuationsAsynchronously), reason);
                Proceed();
            }

            return _ended.Task;
        }
    }

    public override string ToString() => $"{kind.Type.Name}({key})";

    private async Task RunAsync(Request request)
    {
        Engine.Current.Value = request;
        await request.RunAsync(_grain);
        Finish(request);
        (request as Call)?.Settle();
    }

    private bool Interleaves(Request request) => request.Interleaves || kind.IsReentrant;

    // As in Orleans, a writer may begin once the first of several readers has ended.
    private bool MayBegin(Request request) => IsOpen
        && (_blocking is null || Interleaves(request) || (_blocking.ReadOnly && request.ReadOnly));

    /// <summary>Whether nothing that waits here may begin before this request has ended.</summary>
    private bool IsAwaited(Request request) => request.Target == this && (request == _blocking || !IsOpen);

    private void Begin(Request request)
    {
        (request.Target, _running) = (this, _running + 1);
        _blocking ??= Interleaves(request) ? null : request;

        // What flows along with the caller (an HTTP context, a culture) would not reach another silo either.
        using var apart = ExecutionContext.SuppressFlow();
        new Task(() => _ = RunAsync(request)).Start(this);
    }

    private void Finish(Request request)
    {
        lock (Gate)
        {
            _running--;
            request.Finish();
            _blocking = _blocking == request ? null : _blocking;
            _lastUsed = request.KeepsAlive ? Engine.Time.GetTimestamp() : _lastUsed;
            var hasStarted = _stage == Stage.Starting;
            _stage = hasStarted ? Stage.Active : _stage;
            if (IsOpen && _running == 0 && !hasStarted && Engine.Mischief?.EndsActivation() == true)
            {
                DeactivateAsync(new(DeactivationReasonCode.RuntimeRequested, "Chance would have it."));
            }

            Proceed(hasStarted);
        }
    }

    /// <summary>Begins what may begin now that something has ended.</summary>
    private void Proceed(bool hasStarted = false)
    {
        if (_stage == Stage.Active && _ended is not null && _running == 0)
        {
            _stage = Stage.Leaving;
            Begin(new Step(nameof(Grain.OnDeactivateAsync), null, LeaveAsync));
        }

        // What interleaves waits only for the start; later, while a writer blocks, nothing that waits may begin.
        Engine.Mischief?.Shuffle(_waiting);
        for (var left = IsOpen ? _waiting.Count : 0; left > 0 && (hasStarted || _blocking?.ReadOnly != false); left--)
        {
            var request = _waiting.Dequeue();
            if (MayBegin(request))
            {
                Begin(request);
            }
            else
            {
                _waiting.Enqueue(request);
            }
        }
    }

    private async Task ActivateAsync()
    {
        try
        {
            _grain = await kind.NewGrainAsync(key);
            _grain.Activation = this;
            await _grain.OnActivateAsync(Engine.Aborted);
        }
        catch (Exception exception)
        {
            End(call => call.Settle(exception));
        }
    }

    private async Task LeaveAsync()
    {
        await Engine.AttemptAsync($"The end of {this}", () => _grain!.OnDeactivateAsync(_reason, Engine.Aborted));
        End(call => kind.Send(key, call));
    }

    private void End(Action<Call> settle)
    {
        lock (Gate)
        {
            (_stage, _ended) = (Stage.Ended, _ended ?? new());
            kind.Activations.TryRemove(key, out _);
        }

        _waiting.OfType<Call>().ToList().ForEach(settle);
        _ended.SetResult();
        Ending?.Invoke();
    }
}
