using OrleansHybrid.Silo.Api;

namespace OrleansHybrid.Silo.Security;

/// <summary>
/// Limits how fast runners enrol with one cluster token at this silo: a whole fleet at once, and then a steady rate. The holder of a token
/// could otherwise fill the table of sessions.
/// </summary>
internal sealed class EnrolmentLimiter(TimeProvider time)
{
    /// <summary>How many may come at once, after a quiet while.</summary>
    public const int MaxBurst = 1000;

    /// <summary>How many more each second.</summary>
    public const int MaxPerSecond = 20;

    private const int MaxTracked = 1000;

    private readonly Lock _turn = new();
    private readonly Dictionary<string, (double Used, long At)> _tokens = [];

    /// <summary>One more; throws <see cref="RetryLaterException"/> when that is one too many.</summary>
    public void Acquire(string tokenId)
    {
        lock (_turn)
        {
            var used = Used(_tokens.GetValueOrDefault(tokenId));
            if (used + 1 > MaxBurst)
            {
                throw new RetryLaterException(
                    $"Too many runners enrol with this cluster token: {MaxBurst} at once, then {MaxPerSecond} a second; retry later",
                    TimeSpan.FromSeconds((used + 1 - MaxBurst) / MaxPerSecond));
            }

            MakeRoom();
            _tokens[tokenId] = (used + 1, time.GetTimestamp());
        }
    }

    private double Used((double Used, long At) before) =>
        before.Used == 0 ? 0 : Math.Max(0, before.Used - (time.GetElapsedTime(before.At).TotalSeconds * MaxPerSecond));

    /// <summary>Those that were quiet for long enough are as good as new ones.</summary>
    private void MakeRoom()
    {
        if (_tokens.Count >= MaxTracked)
        {
            foreach (var (token, before) in _tokens.ToList())
            {
                if (Used(before) == 0)
                {
                    _tokens.Remove(token);
                }
            }
        }
    }
}
