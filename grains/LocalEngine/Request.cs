namespace Orleans.Hybrid.LocalEngine;

/// <summary>Something that an activation is asked to do.</summary>
internal abstract class Request(string name, Request? caller)
{
    private Request? _caller = caller;

    public Activation? Target { get; set; }
    public bool Interleaves { get; init; }
    public bool ReadOnly { get; init; }
    public bool KeepsAlive { get; init; } = true;
    public bool IsDone { get; private set; }

    /// <summary>The running requests that wait for this one, the nearest first.</summary>
    public IEnumerable<Request> Callers => _caller is { IsDone: false } caller ? caller.Callers.Prepend(caller) : [];

    /// <summary>Does the work, and keeps to itself how that went; never throws.</summary>
    public abstract Task RunAsync(Grain? grain);

    /// <summary>Nobody waits through a request that has ended, so long conversations keep no long chains.</summary>
    public void Finish() => (IsDone, _caller) = (true, null);

    public override string ToString() => $"{Target}.{name}";
}

/// <summary>A step of an activation's life or a tick of its timer: nobody waits for it.</summary>
internal sealed class Step(string name, Request? caller, Func<Task> work) : Request(name, caller)
{
    public override Task RunAsync(Grain? grain) => work();
}

/// <summary>A call of a grain's method.</summary>
internal abstract class Call(string name, Request? caller) : Request(name, caller)
{
    /// <summary>Tells the caller how it went, once the activation has taken note of the end.</summary>
    public abstract void Settle(Exception? refusal = null);
}

/// <summary>A call answered with a <typeparamref name="T"/>; a one-way call has no caller and no answer.</summary>
internal sealed class Call<T>(Engine engine, GrainMethod method, object?[] arguments, TaskCompletionSource<T> answer)
    : Call(method.Name, method.OneWay ? null : engine.Current.Value)
{
    // As in Orleans the caller stops waiting at once, whatever the grain makes of its token.
    private readonly CancellationTokenRegistration _givingUp =
        Array.Find(arguments, argument => argument is CancellationToken) is not CancellationToken cancel ? default
            : cancel.UnsafeRegister(static (it, token) => ((TaskCompletionSource<T>)it!).TrySetCanceled(token), answer);

    private Task<T> _work = answer.Task;

    public override async Task RunAsync(Grain? grain)
    {
        if (!answer.Task.IsCompleted)
        {
            (var started, _work) = (engine.Time.GetTimestamp(), InvokeAsync(grain!));
            await ((Task)_work).ConfigureAwait(
                ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            method.Count(engine.Time.GetElapsedTime(started));
        }
    }

    public override void Settle(Exception? refusal)
    {
        _givingUp.Unregister();
        answer.TrySetFromTask(refusal is null ? _work : Task.FromException<T>(refusal));
        if (method.OneWay && answer.Task.Exception is { InnerException: { } failure })
        {
            engine.Failed(failure, $"{this}");
        }
    }

    private async Task<T> InvokeAsync(Grain grain)
    {
        var work = method.Invoke(grain, arguments);
        await work;
        return work is not Task<T> { Result: var result } ? default!
            : engine.Mischief is { } mischief ? (T)mischief.Copy(result, typeof(T))!
            : result;
    }
}
