namespace OrleansHybrid.Domain.Steps;

/// <summary>
/// What a machine decided: the state that follows, the effects that follow from it, or a refusal that changes nothing.
/// </summary>
public sealed record Step<TState>(TState State, IReadOnlyList<Effect> Effects, Refusal? Refusal = null)
{
    /// <summary>True when there is nothing to write: refused, or already so.</summary>
    public bool Unchanged { get; init; }
}

/// <summary>Makes steps.</summary>
public static class Step
{
    /// <summary>The state becomes <paramref name="state"/>, with <paramref name="effects"/>.</summary>
    public static Step<T> To<T>(T state, params IReadOnlyList<Effect> effects) => new(state, effects);

    /// <summary>It is already so: nothing to write, and no fault of the caller.</summary>
    public static Step<T> Stay<T>(T state) => new(state, []) { Unchanged = true };

    /// <summary>The state does not allow it.</summary>
    public static Step<T> Refuse<T>(T state, RefusalKind kind, string message) =>
        new(state, [], new Refusal(kind, message)) { Unchanged = true };
}

/// <summary>Base of everything that is to be done because of a decision, each machine having its own closed set.</summary>
public abstract record Effect;
