using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Silo.Tests.Launcher;

/// <summary>An account at a provider: it does what it is told, and its jobs move on when a test says so.</summary>
internal sealed class FakeLaunchProvider : ILaunchProvider
{
    private readonly Lock _turn = new();
    private readonly List<FakeLaunchJob> _jobs = [];

    /// <summary>Thrown by a call of this name while it gives something.</summary>
    public Func<ProviderCall, ProviderErrorKind?> FailWith { get; set; } = _ => null;

    /// <summary>Whether the reply to a submission that was carried out is lost.</summary>
    public bool LosesReplies { get; set; }

    public Channel<string> Submitted { get; } = Channel.CreateUnbounded<string>();

    /// <summary>How often each call came.</summary>
    public Dictionary<ProviderCall, int> Calls { get; } = [];

    /// <summary>Most jobs that lived at the same time.</summary>
    public int Peak { get; private set; }

    public IReadOnlyList<FakeLaunchJob> Jobs
    {
        get
        {
            lock (_turn)
            {
                return [.. _jobs];
            }
        }
    }

    public IEnumerable<FakeLaunchJob> Living => Jobs.Where(job => job.Living);

    public Task<long> SubmitAsync(ProviderJob job, CancellationToken cancellationToken) => Run(ProviderCall.Submit, () =>
    {
        var added = new FakeLaunchJob { Number = 100 + _jobs.Count, Label = job.Label, Job = job };
        _jobs.Add(added);
        Peak = Math.Max(Peak, _jobs.Count(one => one.Living));
        Submitted.Writer.TryWrite(job.Label);
        return LosesReplies ? throw new ProviderException(ProviderCall.Submit, ProviderErrorKind.Unreachable) : added.Number;
    });

    public Task<IReadOnlyList<JobRecord>> JobsAsync(bool ended, CancellationToken cancellationToken) => Run<IReadOnlyList<JobRecord>>(
        ProviderCall.Jobs, () => [.. _jobs.Where(job => job.Living != ended).Select(job => job.Record)]);

    public Task<JobRecord?> StatusAsync(long number, CancellationToken cancellationToken) => Run(
        ProviderCall.Status, () => _jobs.SingleOrDefault(job => job.Number == number)?.Record);

    public Task<ReadOnlyMemory<byte>> TailAsync(long number, CancellationToken cancellationToken) => Run(ProviderCall.Tail, () => TextOf(number));

    public Task<ReadOnlyMemory<byte>> OutputAsync(long number, CancellationToken cancellationToken) => Run(ProviderCall.Output, () => TextOf(number));

    public Task ShutdownAsync(long number, CancellationToken cancellationToken) => Run(ProviderCall.Shutdown, () => true);

    public Task TerminateAsync(long number, CancellationToken cancellationToken) => Run(ProviderCall.Terminate, () =>
    {
        var job = Find(number);
        job.State = job.Living ? ReportedJobState.Terminated : job.State;
        return true;
    });

    public Task<IReadOnlyList<MachineType>> MachinesAsync(CancellationToken cancellationToken) =>
        Run<IReadOnlyList<MachineType>>(ProviderCall.Machines, () => []);

    private ReadOnlyMemory<byte> TextOf(long number) => Encoding.UTF8.GetBytes(Find(number).Text);

    private FakeLaunchJob Find(long number) => _jobs.Single(job => job.Number == number);

    private Task<T> Run<T>(ProviderCall call, Func<T> work)
    {
        lock (_turn)
        {
            Calls[call] = Calls.GetValueOrDefault(call) + 1;
            try
            {
                return FailWith(call) is { } trouble
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

/// <summary>One job of a <see cref="FakeLaunchProvider"/>.</summary>
internal sealed partial class FakeLaunchJob
{
    public required long Number { get; init; }

    public required string Label { get; init; }

    public required ProviderJob Job { get; init; }

    public ReportedJobState State { get; set; } = ReportedJobState.Queued;

    public string Text { get; set; } = "";

    public DateTimeOffset? StartedAt { get; set; }

    public bool Living => State is ReportedJobState.Queued or ReportedJobState.Running or ReportedJobState.Unknown;

    public JobRecord Record => new() { Number = Number, State = State, Label = Label, StartedAt = StartedAt };

    public void Run(DateTimeOffset at) => (State, StartedAt) = (ReportedJobState.Running, at);

    /// <summary>Ends as its script ends with this code.</summary>
    public void End(int code, string text = "")
    {
        State = code == 0 ? ReportedJobState.Completed : ReportedJobState.Failed;
        Text += $"{text}{Verdict(code)}\n";
    }

    /// <summary>The commit that its script is for.</summary>
    public string CommitHash => VerdictWords().Match(Job.Script).Value.Split(' ')[2];

    /// <summary>The last line of its script when that ends with a code.</summary>
    public string Verdict(int code) => $"{VerdictWords().Match(Job.Script).Value} {code}";

    [GeneratedRegex("hybrid-verdict [0-9a-f]+ [0-9a-f]+")]
    private static partial Regex VerdictWords();
}
