namespace OrleansHybrid.Client.Sealing;

/// <summary>Answers of the control plane by name: each is asked for once, whoever waits for it, and kept unless it failed or is null.</summary>
/// <param name="clock">The clock that their age is measured on.</param>
/// <param name="lasting">For how long they are kept; null for as long as this is.</param>
/// <param name="ask">Asks; for all who wait, and so not to be cancelled by one of them.</param>
internal sealed class Remembered<T>(TimeProvider clock, TimeSpan? lasting, Func<string, Task<T?>> ask)
    where T : class
{
    private readonly Dictionary<string, Asked> _asked = new(StringComparer.Ordinal);

    public Task<T?> GetAsync(string name, CancellationToken cancellationToken)
    {
        lock (_asked)
        {
            if (!_asked.TryGetValue(name, out var known) || !IsGood(known))
            {
                _asked[name] = known = new Asked(ask(name), clock.GetTimestamp());
            }

            return known.Answer.WaitAsync(cancellationToken);
        }
    }

    public void Forget()
    {
        lock (_asked)
        {
            _asked.Clear();
        }
    }

    private bool IsGood(Asked known) => !known.Answer.IsCompleted
        || (known.Answer is { IsCompletedSuccessfully: true, Result: not null } && !(clock.GetElapsedTime(known.At) >= lasting));

    private readonly record struct Asked(Task<T?> Answer, long At);
}
