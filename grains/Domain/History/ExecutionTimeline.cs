using System.Globalization;

namespace OrleansHybrid.Domain.History;

/// <summary>An event that a program recorded: <c>start</c>, <c>heartbeat</c> or <c>end</c>, on a clock that only advances.</summary>
public sealed record ExecutionEvent(string Event, string Task, int Attempt, double At);

/// <summary>From when to when each attempt was alive, by its own signs.</summary>
public sealed class ExecutionTimeline
{
    private readonly Dictionary<string, List<AttemptLifetime>> _lives = [];

    /// <summary>How many attempts gave a sign.</summary>
    public int Count { get; private set; }

    /// <summary>Takes one sign; they may come in any order.</summary>
    public void Add(ExecutionEvent executionEvent)
    {
        if (!_lives.TryGetValue(executionEvent.Task, out var lives))
        {
            _lives[executionEvent.Task] = lives = [];
        }

        if (lives.Find(each => each.Attempt == executionEvent.Attempt) is not { } life)
        {
            lives.Add(life = new AttemptLifetime(executionEvent.Attempt, executionEvent.At));
            Count++;
        }

        life.Add(executionEvent);
    }

    /// <summary>Violations: two attempts of a task overlapped, one was started twice, or one ran unclaimed.</summary>
    public IEnumerable<Violation> Check(string task, int lastAttempt)
    {
        if (!_lives.TryGetValue(task, out var lives))
        {
            yield break;
        }

        lives.Sort((one, other) => one.First.CompareTo(other.First));
        foreach (var twice in lives.Where(life => life.Starts > 1))
        {
            yield return new Violation("I6", task, $"attempt {twice.Attempt} was started {twice.Starts} times", [twice.ToString()]);
        }

        foreach (var early in lives.Where(life => life.Attempt > lastAttempt))
        {
            yield return new Violation("I4", task, $"attempt {early.Attempt} ran and was never claimed", [early.ToString()]);
        }

        var latest = lives[0];
        foreach (var life in lives.Skip(1))
        {
            if (life.First < latest.Last)
            {
                yield return new Violation(
                    "I6",
                    task,
                    $"attempt {life.Attempt} ran while attempt {latest.Attempt} did",
                    [latest.ToString(), life.ToString()]);
            }

            latest = life.Last > latest.Last ? life : latest;
        }
    }

    private sealed class AttemptLifetime(int attempt, double at)
    {
        public int Attempt => attempt;

        public double First { get; private set; } = at;

        public double Last { get; private set; } = at;

        public int Starts { get; private set; }

        public void Add(ExecutionEvent line)
        {
            Starts += line.Event == "start" ? 1 : 0;
            (First, Last) = (Math.Min(First, line.At), Math.Max(Last, line.At));
        }

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"attempt {attempt} was alive from {First:0.###} to {Last:0.###}");
    }
}
