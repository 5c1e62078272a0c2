using OrleansHybrid.Silo.LongPolling;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo.Background;

/// <summary>Drives this silo's <see cref="LongPollDispatcher"/>, and notes that the runners whose polls it holds are there.</summary>
internal sealed class LongPollTimer(LongPollDispatcher dispatcher, SessionActivityTracker activity, TimeProvider time, ILogger<LongPollTimer> log)
    : PeriodicBackgroundService("Long poll timer", TimeSpan.FromSeconds(1), time, log)
{
    protected override async Task<TimeSpan?> RunOnceAsync(CancellationToken cancellationToken)
    {
        foreach (var session in dispatcher.Sessions)
        {
            activity.Record(session);
        }

        await dispatcher.RunPassAsync();
        return null;
    }
}
