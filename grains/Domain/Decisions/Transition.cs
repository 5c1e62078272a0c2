namespace OrleansHybrid.Domain.Decisions;

/// <summary>
/// The decision of a state machine: the next state and its effects, or an error that changes nothing.
/// </summary>
public sealed record Transition<TState>(TState State, IReadOnlyList<Effect> Effects, DomainError? Error = null)
{
    /// <summary>True when there is nothing to write: rejected, or already so.</summary>
    public bool Unchanged { get; init; }
}

/// <summary>Makes steps.</summary>
public static class Transition
{
    /// <summary>The state becomes <paramref name="state"/>, with <paramref name="effects"/>.</summary>
    public static Transition<T> To<T>(T state, params IReadOnlyList<Effect> effects) => new(state, effects);

    /// <summary>It is already so: nothing to write, and no fault of the caller.</summary>
    public static Transition<T> Stay<T>(T state) => new(state, []) { Unchanged = true };

    /// <summary>The state does not allow it.</summary>
    public static Transition<T> Reject<T>(T state, ErrorKind kind, string message) =>
        new(state, [], new DomainError(kind, message)) { Unchanged = true };
}

/// <summary>Base of everything that is to be done because of a decision, each machine having its own closed set.</summary>
public abstract record Effect;
