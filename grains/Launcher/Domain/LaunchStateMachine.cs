using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OrleansHybrid.Launcher.Domain;

/// <summary>
/// The transitions of an account's launches. Each method returns the next ledger, which must be durable before its result is
/// returned or its commands are executed.
/// </summary>
public static partial class LaunchStateMachine
{
    /// <summary>The common prefix of the labels of all launchers' jobs; a mark follows that each launcher has for itself.</summary>
    public const string LabelPrefix = "hybrid:";

    /// <summary>Most numbers of signed requests that are remembered; then none is taken until one has run out.</summary>
    public const int MaxNonces = 20_000;

    /// <summary>Most records that may wait for the audit's table; then nothing is launched.</summary>
    public const int MaxUnwrittenRecords = 200;

    private const int MaxRecent = 1_000;
    private const int MarkDigits = 8;

    /// <summary>
    /// Decides about a request that came now and, if it is new, would be the launch <paramref name="id"/>. The number of a
    /// signed request is used up whatever is said to it.
    /// </summary>
    public static (LaunchLedger Ledger, LaunchResult Answer) Launch(LaunchLedger ledger, LaunchRequest request, string id, DateTimeOffset now)
    {
        ledger = RemoveExpired(ledger, now);
        if (request.Nonce is { } nonce)
        {
            if (CheckNonce(ledger, nonce) is { } rejection)
            {
                return Reject(ledger, request, rejection, now);
            }

            ledger = ledger with { Nonces = [.. ledger.Nonces, nonce] };
        }

        var identity = IdentityOf(request);
        if (FindDuplicate(ledger, identity, request.Force) is { } same)
        {
            return (ledger, new LaunchResult(LaunchOutcome.Duplicate, same));
        }

        var reserve = Spending.WorstCase(request.Terms);
        return FindObstacle(ledger, request, reserve, now) is { } obstacle
            ? Reject(ledger, request, obstacle, now)
            : Accept(ledger, request, id, identity, reserve, now);
    }

    /// <summary>Uses up a number; false when it was used before or can't be remembered.</summary>
    public static (LaunchLedger Ledger, bool Taken) UseNonce(LaunchLedger ledger, Nonce nonce, DateTimeOffset now)
    {
        ledger = RemoveExpired(ledger, now);
        return CheckNonce(ledger, nonce) is null ? (ledger with { Nonces = [.. ledger.Nonces, nonce] }, true) : (ledger, false);
    }

    /// <summary>Adds calls to the audit that were rejected by the silos.</summary>
    public static LaunchLedger RecordRejectedCalls(LaunchLedger ledger, IReadOnlyList<RejectedCalls> calls, DateTimeOffset now) =>
        calls.Aggregate(ledger, (so, call) => AppendAudit(so, new AuditRecord
        {
            Sequence = 0,
            At = now,
            Event = AuditEvent.Refused,
            Reason = call.Reason,
            Count = call.Count,
            CredentialId = call.CredentialId ?? "",
            Address = call.Origin.Address,
            Peer = call.Origin.Peer,
        }));

    /// <summary>
    /// Cancels a launch; null for one that does not exist or belongs to another credential. Without a credential (operators)
    /// any may be cancelled. One that has ended does not change.
    /// </summary>
    public static (LaunchLedger Ledger, LaunchSnapshot? Launch) Cancel(
        LaunchLedger ledger, string launchId, string? credentialId, CallerAddress origin, DateTimeOffset now)
    {
        if (ledger.Live.FirstOrDefault(live => live.Id == launchId && IsOf(live.Request.CredentialId)) is not { } live)
        {
            return (ledger, RecentlyEnded(ledger).FirstOrDefault(view => view.Id == launchId && IsOf(view.CredentialId)));
        }

        if (live.Stop == StopReason.Cancelled)
        {
            return (ledger, ToSnapshot(live));
        }

        ledger = AppendAudit(ledger, AuditRecordFor(live, AuditEvent.Cancelled, now) with
        {
            Reason = origin.Operator is { } user ? $"operator {user}" : "",
            Address = origin.Address,
            Peer = origin.Peer,
        });
        var stopped = live with { Stop = StopReason.Cancelled, StopAt = live.StopAt ?? now, NotBefore = now };
        if (live.Standing != ProviderJobState.Intended)
        {
            return (Replace(ledger, stopped), ToSnapshot(stopped));
        }

        var ended = End(ledger, stopped, new JobEnd(LaunchVerdict.Cancelled, null, now, PaidBefore(stopped)), now);
        return (ended, ended.Ended[^1]);

        bool IsOf(string whose) => credentialId is null || whose == credentialId;
    }

    /// <summary>Reverts a launch whose audit record could not be written, before it was submitted.</summary>
    public static LaunchLedger Withdraw(LaunchLedger ledger, string launchId, DateTimeOffset now) =>
        ledger.Live.FirstOrDefault(live => live.Id == launchId && live is { Standing: ProviderJobState.Intended, Attempt: 1 }) is { } live
            ? AppendAudit(ledger, AuditRecordFor(live, AuditEvent.Ended, now) with { Reason = "withdrawn", Cost = 0 }) with
            {
                Live = [.. ledger.Live.Where(other => other.Id != launchId)],
            }
            : ledger;

    /// <summary>These records and launches are in their tables now.</summary>
    public static LaunchLedger MarkWritten(LaunchLedger ledger, long auditSequence, IReadOnlyList<string> endedIds) => ledger with
    {
        Outbox = [.. ledger.Outbox.Where(record => record.Sequence > auditSequence)],
        Ended = [.. ledger.Ended.Where(launch => !endedIds.Contains(launch.Id))],
    };

    /// <summary>The account as an operator sees it.</summary>
    public static LauncherSummary Summarize(LaunchLedger ledger, DateTimeOffset now)
    {
        var (today, month) = Spending.Now(ledger, now);
        return new LauncherSummary
        {
            Live = [.. ledger.Live.Select(ToSnapshot)],
            Orphans = ledger.Orphans.Count,
            ForeignJobs = ledger.ForeignJobs,
            Today = today,
            ThisMonth = month,
            AuditRecords = ledger.Audit.Sequence,
            AuditHash = ledger.Audit.Hash,
            Nonces = ledger.Nonces.Count,
        };
    }

    /// <summary>An active launch, or an ended one that is still here.</summary>
    public static LaunchSnapshot? Find(LaunchLedger ledger, string launchId) =>
        ledger.Live.FirstOrDefault(live => live.Id == launchId) is { } live ? ToSnapshot(live)
        : RecentlyEnded(ledger).FirstOrDefault(view => view.Id == launchId);

    /// <summary>A launch that has not ended, as its caller may see it.</summary>
    public static LaunchSnapshot ToSnapshot(ActiveLaunch live) => new()
    {
        Id = live.Id,
        CredentialId = live.Request.CredentialId,
        CommitHash = live.Request.CommitHash,
        Phase = live.Stop is not null ? LaunchPhase.Stopping
            : live.Standing switch
            {
                ProviderJobState.Running => LaunchPhase.Running,
                ProviderJobState.Queued => LaunchPhase.Queued,
                _ => LaunchPhase.Intended,
            },
        Attempt = live.Attempt,
        JobNumber = live.JobNumber,
        CreatedAt = live.CreatedAt,
        StartedAt = live.StartedAt,
        Deadline = DeadlineOf(live),
        Cost = live.Reserved,
    };

    /// <summary>
    /// The identity of a request: who asks for which commit with which parameters, under which policy, by which own
    /// name.
    /// </summary>
    public static string IdentityOf(LaunchRequest request)
    {
        var parts = new List<string> { request.CredentialId, request.CommitHash, request.PolicyVersion, request.IdempotencyKey ?? "" };
        foreach (var (name, value) in request.Parameters.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            parts.AddRange([name, value]);
        }

        var text = string.Concat(parts.Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Length}:{part}")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static (LaunchLedger Ledger, LaunchResult Answer) Accept(
        LaunchLedger ledger, LaunchRequest request, string id, string identity, decimal reserve, DateTimeOffset now)
    {
        var prefix = ledger.OwnPrefix ?? $"{LabelPrefix}{id[^MarkDigits..]}:";
        var live = new ActiveLaunch
        {
            Id = id,
            Identity = identity,
            Request = request with { Nonce = null },
            CreatedAt = now,
            Since = now,
            NotBefore = now,
            Reserved = reserve,
            AuditSequence = ledger.Audit.Sequence + 1,
            LabelPrefix = prefix,
        };
        ledger = AppendAudit(ledger, AuditRecordFor(live, AuditEvent.Accepted, now));
        return (ledger with { OwnPrefix = prefix, Live = [.. ledger.Live, live] }, new LaunchResult(LaunchOutcome.Accepted, ToSnapshot(live)));
    }

    private static (LaunchLedger Ledger, LaunchResult Answer) Reject(
        LaunchLedger ledger, LaunchRequest request, LaunchOutcome why, DateTimeOffset now)
    {
        // The audit itself is full: another record would make it fuller.
        var noted = why == LaunchOutcome.AuditAway ? ledger : AppendAudit(ledger, new AuditRecord
        {
            Sequence = 0,
            At = now,
            Event = AuditEvent.Refused,
            Reason = why.ToString(),
            CredentialId = request.CredentialId,
            CommitHash = request.CommitHash,
            Address = request.Origin.Address,
            Peer = request.Origin.Peer,
            PolicyVersion = request.PolicyVersion,
        });
        return (noted, new LaunchResult(why, RetryAfter: why == LaunchOutcome.CapReached ? TimeSpan.FromSeconds(30) : null));
    }

    private static LaunchOutcome? FindObstacle(LaunchLedger ledger, LaunchRequest request, decimal reserve, DateTimeOffset now) =>
        !request.Terms.Enabled ? LaunchOutcome.Disabled
        : ledger.Outbox.Count >= MaxUnwrittenRecords ? LaunchOutcome.AuditAway
        : now - ledger.BlindSince > MaxListingOutage ? LaunchOutcome.ProviderAway
        : request.Terms.Caps.ForeignJobs && now - ledger.Sighted > MaxListingOutage ? LaunchOutcome.ProviderAway
        : IsOverQuota(ledger, request) ? LaunchOutcome.CapReached
        : !Spending.Fits(ledger, request, reserve, now) ? LaunchOutcome.BudgetSpent
        : null;

    private static bool IsOverQuota(LaunchLedger ledger, LaunchRequest request)
    {
        var caps = request.Terms.Caps;
        return caps.CountOf(ledger.Live.Count, ledger.Orphans.Count, ledger.ForeignJobs) >= caps.Account
            || ledger.Live.Count(live => live.Request.Terms.MachineType == request.Terms.MachineType) >= (caps.MachineType ?? int.MaxValue)
            || ledger.Live.Count(live => live.Request.CredentialId == request.CredentialId) >= (caps.Credential ?? int.MaxValue);
    }

    private static LaunchSnapshot? FindDuplicate(LaunchLedger ledger, string identity, bool force) =>
        ledger.Live.FirstOrDefault(live => live.Identity == identity) is { } live ? ToSnapshot(live)
        : force ? null
        : ledger.Recent.LastOrDefault(recent => recent.Identity == identity)?.Launch;

    private static LaunchOutcome? CheckNonce(LaunchLedger ledger, Nonce nonce) =>
        ledger.Nonces.Any(used => used.KeyId == nonce.KeyId && used.Value == nonce.Value) ? LaunchOutcome.NonceUsed
        : ledger.Nonces.Count >= MaxNonces ? LaunchOutcome.NoncesFull
        : null;

    private static LaunchLedger RemoveExpired(LaunchLedger ledger, DateTimeOffset now) => ledger with
    {
        Nonces = Keep(ledger.Nonces, nonce => nonce.Until > now),
        Recent = Keep(ledger.Recent, recent => recent.Until > now),
        Spent = Keep(ledger.Spent, spent => Spending.IsRelevant(spent.Day, now)),
    };

    // The same list where nothing is to be forgotten, so that a ledger in which nothing has changed is seen to be the same.
    private static IReadOnlyList<T> Keep<T>(IReadOnlyList<T> all, Func<T, bool> stays) => all.All(stays) ? all : [.. all.Where(stays)];

    private static IEnumerable<LaunchSnapshot> RecentlyEnded(LaunchLedger ledger) => ledger.Ended.Concat(ledger.Recent.Select(recent => recent.Launch));

    private static LaunchLedger Replace(LaunchLedger ledger, ActiveLaunch changed) =>
        ledger with { Live = [.. ledger.Live.Select(live => live.Id == changed.Id ? changed : live)] };

    private static LaunchLedger AppendAudit(LaunchLedger ledger, AuditRecord record)
    {
        var tied = AuditChain.Link(ledger.Audit, record);
        return ledger with { Audit = new AuditHead(tied.Sequence, tied.Hash), Outbox = [.. ledger.Outbox, tied] };
    }

    private static AuditRecord AuditRecordFor(ActiveLaunch live, AuditEvent what, DateTimeOffset now) => new()
    {
        Sequence = 0,
        At = now,
        Event = what,
        CredentialId = live.Request.CredentialId,
        Address = live.Request.Origin.Address,
        Peer = live.Request.Origin.Peer,
        CommitHash = live.Request.CommitHash,
        LaunchId = live.Id,
        JobNumber = live.JobNumber,
        MachineType = live.Request.Terms.MachineType,
        Deadline = DeadlineOf(live),
        Cost = live.Reserved,
        PolicyVersion = live.Request.PolicyVersion,
    };

    private static DateTimeOffset DeadlineOf(ActiveLaunch live) => live.StartedAt is { } started
        ? started + LimitOf(live)
        : live.CreatedAt + live.Request.Terms.LongestQueue + LimitOf(live);

    // Earlier attempts have used part of it: one reservation pays for all of them.
    private static TimeSpan LimitOf(ActiveLaunch live) => live.Request.Terms.Limit - live.RanBefore;
}
