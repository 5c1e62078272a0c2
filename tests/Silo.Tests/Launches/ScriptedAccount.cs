using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using OrleansHybrid.Domain.Launching;

namespace OrleansHybrid.Silo.Tests.Launches;

/// <summary>An account at a provider: it does what it is told, and its jobs move on when a test says so.</summary>
internal sealed class ScriptedAccount : ILaunchProvider
{
    private readonly Lock _turn = new();
    private readonly List<ScriptedJob> _jobs = [];

    /// <summary>Thrown by a call of this name while it gives something.</summary>
    public Func<ProviderCall, ProviderTrouble?> Trouble { get; set; } = _ => null;

    /// <summary>Whether the reply to a submission that was carried out is lost.</summary>
    public bool LosesReplies { get; set; }

    public Channel<string> Submitted { get; } = Channel.CreateUnbounded<string>();

    /// <summary>How often each call came.</summary>
    public Dictionary<ProviderCall, int> Calls { get; } = [];

    /// <summary>Most jobs that lived at the same time.</summary>
    public int Peak { get; private set; }

    public IReadOnlyList<ScriptedJob> Jobs
    {
        get
        {
            lock (_turn)
            {
                return [.. _jobs];
            }
        }
    }

    public IEnumerable<ScriptedJob> Living => Jobs.Where(job => job.Living);

    public Task<long> SubmitAsync(ProviderJob job, CancellationToken cancellationToken) => Do(ProviderCall.Submit, () =>
    {
        var added = new ScriptedJob { Number = 100 + _jobs.Count, Label = job.Label, Job = job };
        _jobs.Add(added);
        Peak = Math.Max(Peak, _jobs.Count(one => one.Living));
        Submitted.Writer.TryWrite(job.Label);
        return LosesReplies ? throw new ProviderException(ProviderCall.Submit, ProviderTrouble.Unreachable) : added.Number;
    });

    public Task<IReadOnlyList<JobRecord>> JobsAsync(bool ended, CancellationToken cancellationToken) => Do<IReadOnlyList<JobRecord>>(
        ProviderCall.Jobs, () => [.. _jobs.Where(job => job.Living != ended).Select(job => job.Record)]);

    public Task<JobRecord?> StatusAsync(long number, CancellationToken cancellationToken) => Do(
        ProviderCall.Status, () => _jobs.SingleOrDefault(job => job.Number == number)?.Record);

    public Task<ReadOnlyMemory<byte>> TailAsync(long number, CancellationToken cancellationToken) => Do(ProviderCall.Tail, () => TextOf(number));

    public Task<ReadOnlyMemory<byte>> OutputAsync(long number, CancellationToken cancellationToken) => Do(ProviderCall.Output, () => TextOf(number));

    public Task ShutdownAsync(long number, CancellationToken cancellationToken) => Do(ProviderCall.Shutdown, () => true);

    public Task TerminateAsync(long number, CancellationToken cancellationToken) => Do(ProviderCall.Terminate, () =>
    {
        var job = Find(number);
        job.State = job.Living ? JobState.Terminated : job.State;
        return true;
    });

    public Task<IReadOnlyList<MachineType>> MachinesAsync(CancellationToken cancellationToken) =>
        Do<IReadOnlyList<MachineType>>(ProviderCall.Machines, () => []);

    private ReadOnlyMemory<byte> TextOf(long number) => Encoding.UTF8.GetBytes(Find(number).Text);

    private ScriptedJob Find(long number) => _jobs.Single(job => job.Number == number);

    private Task<T> Do<T>(ProviderCall call, Func<T> work)
    {
        lock (_turn)
        {
            Calls[call] = Calls.GetValueOrDefault(call) + 1;
            try
            {
                return Trouble(call) is { } trouble
                    ? Task.FromException<T>(new ProviderException(call, trouble))
                    : Task.FromResult(work());
            }
            catch (ProviderException ex)
            {
                return Task.FromException<T>(ex);
            }
        }
    }
}

/// <summary>One job of a <see cref="ScriptedAccount"/>.</summary>
internal sealed partial class ScriptedJob
{
    public required long Number { get; init; }

    public required string Label { get; init; }

    public required ProviderJob Job { get; init; }

    public JobState State { get; set; } = JobState.Queued;

    public string Text { get; set; } = "";

    public DateTimeOffset? StartedAt { get; set; }

    public bool Living => State is JobState.Queued or JobState.Running or JobState.Unknown;

    public JobRecord Record => new() { Number = Number, State = State, Label = Label, StartedAt = StartedAt };

    public void Run(DateTimeOffset at) => (State, StartedAt) = (JobState.Running, at);

    /// <summary>Ends as its script ends with this code.</summary>
    public void End(int code, string text = "")
    {
        State = code == 0 ? JobState.Completed : JobState.Failed;
        Text += $"{text}{Verdict(code)}\n";
    }

    /// <summary>The commit that its script is for.</summary>
    public string CommitHash => VerdictWords().Match(Job.Script).Value.Split(' ')[2];

    /// <summary>The last line of its script when that ends with a code.</summary>
    public string Verdict(int code) => $"{VerdictWords().Match(Job.Script).Value} {code}";

    [GeneratedRegex("hybrid-verdict [0-9a-f]+ [0-9a-f]+")]
    private static partial Regex VerdictWords();
}
