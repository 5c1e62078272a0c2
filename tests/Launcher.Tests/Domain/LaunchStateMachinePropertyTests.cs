using FsCheck;
using FsCheck.Fluent;
using OrleansHybrid.Launcher.Domain;
using static OrleansHybrid.Launcher.Tests.Domain.LaunchExamples;

namespace OrleansHybrid.Launcher.Tests.Domain;

/// <summary>
/// Launches, cancellations, lost orders, lost replies, crashes and a provider of bad manners, in any order: no more lives than may, no more is
/// spent than may, and in the end nothing is left.
/// </summary>
public sealed class LaunchStateMachinePropertyTests
{
    private const int Cap = 3;
    private const decimal DayBudget = 7m;
    private const decimal MonthBudget = 11m;
    private const decimal CredentialBudget = 5m;

    private static readonly LaunchProfile Bounded = Terms with
    {
        PricePerHour = 4.5m,
        Caps = new LaunchQuota(Cap, Credential: 2),
        Budget = new LaunchBudget(DayBudget, MonthBudget, CredentialBudget),
    };

    [Fact]
    public void Ten_thousand_sequences_of_events_stay_within_caps_and_budget_and_leave_nothing_behind() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(10_000),
            Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => new Simulation(seed).Run()));

    /// <summary>One order of events, which its seed decides.</summary>
    private sealed class Simulation(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly FakeProvider _provider = new();
        private readonly List<AuditRecord> _audit = [];
        private readonly List<LaunchSnapshot> _ended = [];
        private readonly Dictionary<string, decimal> _reserved = [];
        private readonly List<ProviderCommand> _inFlight = [];
        private LaunchLedger _ledger = LaunchLedger.Empty;
        private DateTimeOffset _now = Start;
        private int _launches;

        public bool Run()
        {
            for (var step = 0; step < 60; step++)
            {
                Happen(_random.Next(10));
                CheckBounds();
            }

            Settle();
            return true;
        }

        private void Happen(int what)
        {
            switch (what)
            {
                case 0 or 1:
                    Ask();
                    break;
                case 2 when _ledger.Live.Count > 0:
                    var live = _ledger.Live[_random.Next(_ledger.Live.Count)];
                    _ledger = LaunchStateMachine.Cancel(_ledger, live.Id, live.Request.CredentialId, live.Request.Origin, _now).Ledger;
                    break;
                case 3:
                    _now += TimeSpan.FromSeconds(_random.Next(3 * 3600));
                    break;
                case 4:
                    _now += TimeSpan.FromSeconds(_random.Next(70));
                    break;
                case 5:
                    Flush();
                    break;
                case 6:
                    MoveOn();
                    break;
                default:
                    Take();
                    CarryOut(mayFail: true);
                    break;
            }
        }

        private void Ask()
        {
            var id = Id(++_launches);
            var request = For(_random.Next(6)) with { Terms = Bounded, CredentialId = _random.Next(2) == 0 ? "ci" : "nightly" };
            (_ledger, var answer) = LaunchStateMachine.Launch(_ledger, request, id, _now);
            if (answer.Outcome == LaunchOutcome.Accepted)
            {
                _reserved[id] = answer.Launch!.Cost;
            }
        }

        private void Take()
        {
            (_ledger, var batch) = LaunchStateMachine.TakeCommands(_ledger, _now);
            _inFlight.AddRange(batch.Commands);
        }

        // A silo that dies forgets its orders; a reply that is lost was carried out. No order is carried out later than the client waits.
        private void CarryOut(bool mayFail)
        {
            foreach (var command in _inFlight)
            {
                var fate = mayFail ? _random.Next(8) : 7;
                if (fate == 0)
                {
                    continue;
                }

                var report = fate == 1
                    ? new ProviderResult { Action = command.Action, LaunchId = command.LaunchId, Attempt = command.Attempt, Error = AnyErrorKind() }
                    : _provider.Execute(command, _now);
                if (fate == 2)
                {
                    report = report with { Jobs = [], Error = ProviderErrorKind.Unreachable };
                }

                if (fate != 3)
                {
                    _ledger = LaunchStateMachine.ApplyResult(_ledger, report, _now);
                    _ledger = fate == 4 ? LaunchStateMachine.ApplyResult(_ledger, report, _now) : _ledger;
                }
            }

            _inFlight.Clear();
        }

        // What is said not to have been carried out was not.
        private ProviderErrorKind AnyErrorKind() => (ProviderErrorKind)_random.Next(Enum.GetValues<ProviderErrorKind>().Length);

        private void MoveOn()
        {
            foreach (var job in _provider.Living.ToList())
            {
                job.Listens = _random.Next(2) == 0;
                if (job.State == ReportedJobState.Queued)
                {
                    job.Run(_now);
                }
                else if (_random.Next(2) == 0)
                {
                    var ends = (ReportedJobState)_random.Next((int)ReportedJobState.Completed, (int)ReportedJobState.Canceled + 1);
                    var at = job.StartedAt!.Value + TimeSpan.FromSeconds(_random.Next((int)job.Limit.TotalSeconds + 1));
                    job.End(ends, _random.Next(2) == 0 ? "" : $"hybrid-verdict marker {CommitOf(job)} {_random.Next(2)}\n", at < _now ? at : _now);
                }
            }
        }

        private string CommitOf(FakeJob job) =>
            _ledger.Live.FirstOrDefault(live => live.Label == job.Label)?.Request.CommitHash ?? "none";

        private void Flush()
        {
            _audit.AddRange(_ledger.Outbox);
            _ended.AddRange(_ledger.Ended);
            _ledger = LaunchStateMachine.MarkWritten(_ledger, _ledger.Audit.Sequence, [.. _ledger.Ended.Select(launch => launch.Id)]);
        }

        private void CheckBounds()
        {
            Assert.InRange(_ledger.Live.Count, 0, Cap);
            Assert.InRange(_provider.Living.Count(), 0, Cap);
            Assert.All(_provider.Living.GroupBy(job => job.Label), jobs => Assert.Single(jobs));
            var overrun = _ended.Concat(_ledger.Ended).Sum(launch => Math.Max(0, launch.Cost - _reserved[launch.Id]));
            var (today, month) = Spending.Now(_ledger, _now);
            Assert.InRange(today, 0, DayBudget + overrun);
            Assert.InRange(month, 0, MonthBudget + overrun);
        }

        private void Settle()
        {
            for (var round = 0; round < 200 && (_ledger.Live.Count > 0 || _ledger.Orphans.Count > 0 || _provider.Living.Any()); round++)
            {
                Flush();
                Take();
                CarryOut(mayFail: false);
                CheckBounds();
                _now += TimeSpan.FromSeconds(90);
            }

            Flush();
            Assert.Empty(_ledger.Live);
            Assert.Empty(_provider.Living);
            Assert.Empty(_ledger.Outbox);
            Assert.Equal(_reserved.Keys.Order(), _ended.Select(launch => launch.Id).Order());
            Assert.Null(AuditChain.FindFirstBroken(_audit));
            Assert.Equal(_reserved.Count, _audit.Count(record => record.Event == AuditEvent.Accepted));
            Assert.All(_provider.Jobs, job => Assert.Single(_audit, record =>
                record.Event == AuditEvent.Accepted && job.Label.StartsWith($"{_ledger.OwnPrefix}{record.LaunchId}:a", StringComparison.Ordinal)));
        }
    }
}
