using FsCheck;
using FsCheck.Fluent;
using OrleansHybrid.Domain.Launching;
using static OrleansHybrid.Domain.Tests.Launching.Examples;

namespace OrleansHybrid.Domain.Tests.Launching;

/// <summary>
/// Launches, cancellations, lost orders, lost replies, crashes and a provider of bad manners, in any order: no more lives than may, no more is
/// spent than may, and in the end nothing is left.
/// </summary>
public sealed class AnyOrder
{
    private const int Cap = 3;
    private const decimal DayBudget = 7m;
    private const decimal MonthBudget = 11m;
    private const decimal CredentialBudget = 5m;

    private static readonly LaunchTerms Bounded = Terms with
    {
        PricePerHour = 4.5m,
        Caps = new LaunchCaps(Cap, Credential: 2),
        Budget = new LaunchBudget(DayBudget, MonthBudget, CredentialBudget),
    };

    [Fact]
    public void Ten_thousand_orders_of_events_stay_within_caps_and_budget_and_leave_nothing_behind() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(10_000),
            Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => new Course(seed).Run()));

    /// <summary>One order of events, which its seed decides.</summary>
    private sealed class Course(int seed)
    {
        private readonly Random chance = new(seed);
        private readonly ScriptedProvider provider = new();
        private readonly List<AuditRecord> audit = [];
        private readonly List<LaunchView> ended = [];
        private readonly Dictionary<string, decimal> reserved = [];
        private readonly List<LaunchOrder> inFlight = [];
        private LaunchLedger ledger = LaunchLedger.Empty;
        private DateTimeOffset now = Start;
        private int launches;

        public bool Run()
        {
            for (var step = 0; step < 60; step++)
            {
                Happen(chance.Next(10));
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
                case 2 when ledger.Live.Count > 0:
                    var live = ledger.Live[chance.Next(ledger.Live.Count)];
                    ledger = LaunchMachine.Cancel(ledger, live.Id, live.Request.CredentialId, live.Request.Origin, now).Ledger;
                    break;
                case 3:
                    now += TimeSpan.FromSeconds(chance.Next(3 * 3600));
                    break;
                case 4:
                    now += TimeSpan.FromSeconds(chance.Next(70));
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
            var id = Id(++launches);
            var request = For(chance.Next(6)) with { Terms = Bounded, CredentialId = chance.Next(2) == 0 ? "ci" : "nightly" };
            (ledger, var answer) = LaunchMachine.Launch(ledger, request, id, now);
            if (answer.Outcome == LaunchOutcome.Accepted)
            {
                reserved[id] = answer.Launch!.Cost;
            }
        }

        private void Take()
        {
            (ledger, var orders) = LaunchMachine.TakeOrders(ledger, now);
            inFlight.AddRange(orders.Orders);
        }

        // A silo that dies forgets its orders; a reply that is lost was carried out. No order is carried out later than the client waits.
        private void CarryOut(bool mayFail)
        {
            foreach (var order in inFlight)
            {
                var fate = mayFail ? chance.Next(8) : 7;
                if (fate == 0)
                {
                    continue;
                }

                var report = fate == 1
                    ? new LaunchReport { Act = order.Act, LaunchId = order.LaunchId, Attempt = order.Attempt, Trouble = AnyTrouble() }
                    : provider.Do(order, now);
                if (fate == 2)
                {
                    report = report with { Jobs = [], Trouble = ProviderTrouble.Unreachable };
                }

                if (fate != 3)
                {
                    ledger = LaunchMachine.Report(ledger, report, now);
                    ledger = fate == 4 ? LaunchMachine.Report(ledger, report, now) : ledger;
                }
            }

            inFlight.Clear();
        }

        // What is said not to have been carried out was not.
        private ProviderTrouble AnyTrouble() => (ProviderTrouble)chance.Next(Enum.GetValues<ProviderTrouble>().Length);

        private void MoveOn()
        {
            foreach (var job in provider.Living.ToList())
            {
                job.Listens = chance.Next(2) == 0;
                if (job.State == JobState.Queued)
                {
                    job.Run(now);
                }
                else if (chance.Next(2) == 0)
                {
                    var ends = (JobState)chance.Next((int)JobState.Completed, (int)JobState.Canceled + 1);
                    var at = job.StartedAt!.Value + TimeSpan.FromSeconds(chance.Next((int)job.Limit.TotalSeconds + 1));
                    job.End(ends, chance.Next(2) == 0 ? "" : $"hybrid-verdict marker {CommitOf(job)} {chance.Next(2)}\n", at < now ? at : now);
                }
            }
        }

        private string CommitOf(Job job) =>
            ledger.Live.FirstOrDefault(live => live.Label == job.Label)?.Request.CommitHash ?? "none";

        private void Flush()
        {
            audit.AddRange(ledger.Outbox);
            ended.AddRange(ledger.Ended);
            ledger = LaunchMachine.Written(ledger, ledger.Audit.Sequence, [.. ledger.Ended.Select(launch => launch.Id)]);
        }

        private void CheckBounds()
        {
            Assert.InRange(ledger.Live.Count, 0, Cap);
            Assert.InRange(provider.Living.Count(), 0, Cap);
            Assert.All(provider.Living.GroupBy(job => job.Label), jobs => Assert.Single(jobs));
            var overrun = ended.Concat(ledger.Ended).Sum(launch => Math.Max(0, launch.Cost - reserved[launch.Id]));
            var (today, month) = Spending.Now(ledger, now);
            Assert.InRange(today, 0, DayBudget + overrun);
            Assert.InRange(month, 0, MonthBudget + overrun);
        }

        private void Settle()
        {
            for (var round = 0; round < 200 && (ledger.Live.Count > 0 || ledger.Orphans.Count > 0 || provider.Living.Any()); round++)
            {
                Flush();
                Take();
                CarryOut(mayFail: false);
                CheckBounds();
                now += TimeSpan.FromSeconds(90);
            }

            Flush();
            Assert.Empty(ledger.Live);
            Assert.Empty(provider.Living);
            Assert.Empty(ledger.Outbox);
            Assert.Equal(reserved.Keys.Order(), ended.Select(launch => launch.Id).Order());
            Assert.Null(AuditChain.FirstBroken(audit));
            Assert.Equal(reserved.Count, audit.Count(record => record.Event == AuditEvent.Accepted));
            Assert.All(provider.Jobs, job => Assert.Single(audit, record =>
                record.Event == AuditEvent.Accepted && job.Label.StartsWith($"{ledger.OwnPrefix}{record.LaunchId}:a", StringComparison.Ordinal)));
        }
    }
}
