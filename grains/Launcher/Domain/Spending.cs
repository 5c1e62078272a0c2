namespace OrleansHybrid.Launcher.Domain;

/// <summary>The cost of launches: in decimals of the account's currency, rounded up to the cent, on the day (UTC) on which they were asked for.</summary>
public static class Spending
{
    private const decimal SecondsPerHour = 3600m;

    /// <summary>The most that a launch under these terms can cost.</summary>
    public static decimal WorstCase(LaunchProfile profile) => CostOf(profile, profile.Limit);

    /// <summary>The cost of so much time.</summary>
    public static decimal CostOf(LaunchProfile profile, TimeSpan ran)
    {
        var seconds = Math.Max(0, (long)Math.Ceiling(ran.TotalSeconds));
        return RoundUp(profile.PricePerHour * profile.Nodes * seconds / SecondsPerHour);
    }

    /// <summary>Up to the next whole cent.</summary>
    public static decimal RoundUp(decimal amount) => Math.Ceiling(amount * 100m) / 100m;

    /// <summary>True when so much more fits into each limit of the budget, with active launches counted at their maximum.</summary>
    public static bool Fits(LaunchLedger ledger, LaunchRequest request, decimal more, DateTimeOffset now)
    {
        var budget = request.Terms.Budget;
        var (today, credential) = (DayOf(now), request.CredentialId);
        return Within(budget.Day, (day, _) => day == today)
            && Within(budget.Month, (day, _) => SameMonth(day, today))
            && Within(budget.CredentialDay, (day, whose) => day == today && whose == credential)
            && Within(budget.CredentialMonth, (day, whose) => SameMonth(day, today) && whose == credential);

        bool Within(decimal? bound, Func<DateOnly, string, bool> counts) => bound is null || Total(ledger, counts) + more <= bound;
    }

    /// <summary>Spent and reserved on the days and for the credentials that count.</summary>
    public static decimal Total(LaunchLedger ledger, Func<DateOnly, string, bool> counts) =>
        ledger.Spent.Where(spent => counts(spent.Day, spent.CredentialId)).Sum(spent => spent.Amount)
        + ledger.Live.Where(live => counts(DayOf(live.CreatedAt), live.Request.CredentialId)).Sum(live => live.Reserved);

    /// <summary>Spent and reserved today, and this month.</summary>
    public static (decimal Today, decimal ThisMonth) Now(LaunchLedger ledger, DateTimeOffset now)
    {
        var today = DayOf(now);
        return (Total(ledger, (day, _) => day == today), Total(ledger, (day, _) => SameMonth(day, today)));
    }

    /// <summary>The ledger after a launch of that day has cost so much.</summary>
    public static LaunchLedger AddCost(LaunchLedger ledger, ActiveLaunch live, decimal cost)
    {
        var (day, whose) = (DayOf(live.CreatedAt), live.Request.CredentialId);
        var before = ledger.Spent.FirstOrDefault(spent => spent.Day == day && spent.CredentialId == whose)?.Amount ?? 0;
        return ledger with
        {
            Spent =
            [
                .. ledger.Spent.Where(spent => spent.Day != day || spent.CredentialId != whose),
                new DaySpending(day, whose, before + cost),
            ],
        };
    }

    /// <summary>False for days that no limit counts any more.</summary>
    public static bool IsRelevant(DateOnly day, DateTimeOffset now) => SameMonth(day, DayOf(now)) || day >= DayOf(now).AddDays(-1);

    /// <summary>The day of a moment, in UTC.</summary>
    public static DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(moment.UtcDateTime);

    /// <summary>True for two days of one month.</summary>
    public static bool SameMonth(DateOnly day, DateOnly other) => day.Year == other.Year && day.Month == other.Month;
}
