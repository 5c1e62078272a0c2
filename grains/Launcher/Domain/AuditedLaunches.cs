namespace OrleansHybrid.Launcher.Domain;

/// <summary>
/// Active launches and spending as the audit log has them, from its records alone: so the holder of the key can check the caps and
/// the budget without asking the launcher, which decides what to submit.
/// </summary>
public sealed class AuditedLaunches
{
    /// <summary>How far back records count: no launch runs longer, and no budget reaches further back.</summary>
    public static readonly TimeSpan Lookback = TimeSpan.FromDays(40);

    private readonly Dictionary<string, AuditedLaunch> _launches = [];

    /// <summary>The number of the last record that was added.</summary>
    public long Sequence { get; private set; }

    /// <summary>How many launches are known.</summary>
    public int Count => _launches.Count;

    /// <summary>Records up to this one are left out.</summary>
    public void StartAfter(long sequence) => Sequence = sequence;

    /// <summary>Adds the next record.</summary>
    public void Add(AuditRecord record)
    {
        Sequence = record.Sequence;
        if (record.Event == AuditEvent.Accepted)
        {
            _launches[record.LaunchId] = new AuditedLaunch(
                record.LaunchId, record.Sequence, record.CredentialId, record.CommitHash, record.MachineType, record.At, record.Cost ?? 0, HasEnded: false);
        }
        else if (record.Event == AuditEvent.Ended && _launches.TryGetValue(record.LaunchId, out var launch))
        {
            _launches[record.LaunchId] = launch with { HasEnded = true, Amount = record.Cost ?? launch.Amount };
        }
    }

    /// <summary>Removes what has ended and no limit counts any more.</summary>
    public void RemoveExpired(DateTimeOffset now)
    {
        foreach (var (id, _) in _launches.Where(one => one.Value.HasEnded && now - one.Value.AcceptedAt > Lookback).ToList())
        {
            _launches.Remove(id);
        }
    }

    /// <summary>A launch; null when the audit has none of that id.</summary>
    public AuditedLaunch? Find(string launchId) => _launches.GetValueOrDefault(launchId);

    /// <summary>True when the launches accepted before this one reach a limit of this profile.</summary>
    public bool IsOverQuota(AuditedLaunch launch, LaunchProfile profile)
    {
        var before = _launches.Values.Where(other => !other.HasEnded && other.Sequence < launch.Sequence).ToList();
        return before.Count >= profile.Caps.Account
            || before.Count(other => other.MachineType == profile.MachineType) >= (profile.Caps.MachineType ?? int.MaxValue)
            || before.Count(other => other.CredentialId == launch.CredentialId) >= (profile.Caps.Credential ?? int.MaxValue);
    }

    /// <summary>True when, with those that were accepted before it, it could cost more than these terms let all of them cost.</summary>
    public bool IsOverBudget(AuditedLaunch launch, LaunchProfile profile)
    {
        var (day, more) = (Spending.DayOf(launch.AcceptedAt), Spending.WorstCase(profile));
        var month = _launches.Values
            .Where(other => other.Sequence < launch.Sequence && Spending.SameMonth(Spending.DayOf(other.AcceptedAt), day))
            .ToList();
        var today = month.Where(other => Spending.DayOf(other.AcceptedAt) == day).ToList();
        return Exceeds(profile.Budget.Day, today)
            || Exceeds(profile.Budget.Month, month)
            || Exceeds(profile.Budget.CredentialDay, today.Where(IsOfTheSame))
            || Exceeds(profile.Budget.CredentialMonth, month.Where(IsOfTheSame));

        bool Exceeds(decimal? bound, IEnumerable<AuditedLaunch> spent) => spent.Sum(other => other.Amount) + more > (bound ?? decimal.MaxValue);
        bool IsOfTheSame(AuditedLaunch other) => other.CredentialId == launch.CredentialId;
    }
}

/// <summary>A launch as the audit has it; the amount is what is reserved for it, and what it cost once it has ended.</summary>
public sealed record AuditedLaunch(
    string Id, long Sequence, string CredentialId, string CommitHash, string MachineType, DateTimeOffset AcceptedAt, decimal Amount, bool HasEnded);
